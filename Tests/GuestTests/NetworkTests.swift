import Buffers
import Machine
import Networking
import Timing
import Virtio
import VirtioTransports
import Wire

/// The network driver and the stack against QEMU's device and its user network.
enum NetworkTests {
  static func run(
    _ report: inout TestReport, _ devices: GuestDevices, _ core: inout Core, in arena: inout Arena
  ) {
    var network = TestNetwork(devices, &core, in: &arena)
    report.run("the gateway's station is found") { findsTheGateway(&network, &core, &$0) }
    report.run("frames of every length come back unchanged") { echoesEveryLength(&network, &core, &$0) }
    report.run("every place to transmit is used, and no more") { usesEveryPlace(&network, &core, &$0) }
    report.run("a burst of frames is answered without a loss") { answersABurst(&network, &core, &$0) }
    report.run("a frame's interrupt wakes the core, 2,000 times") { wakesTheCore(&network, &core, &$0) }
    report.run("the pool of frames balances") {
      $0.expect(network.isBalanced, "frames lent", UInt64(network.frames.lentFrameCount))
      $0.expect(network.frames.counters.resets == 0, "resets", network.frames.counters.resets)
      $0.expect(network.frames.counters.malformedLengths == 0, "wrong lengths")
      $0.note("frames received", network.frames.counters.receivedFrames)
    }
  }

  /// Through the stack: asked for, sent, answered, and there is a route.
  private static func findsTheGateway(
    _ network: inout TestNetwork, _ core: inout Core, _ report: inout TestReport
  ) {
    let endpoint = UDPEndpoint(address: TestNetwork.gateway, port: 9)
    let now = core.now
    guard case .pending = network.stack.resolve(endpoint, from: 26_400, now: now) else {
      return report.expect(false, "the gateway was known before it was asked")
    }
    report.expect(network.stack.wantsToSend, "no request is due")
    guard var frame = network.frames.frameForTransmission() else { return report.expect(false, "no frame") }
    var buffer = frame.buffer
    frame.resize(to: network.stack.writeRequest(into: &buffer, now: now))
    network.frames.transmit(frame)
    while let answer = network.wait(&core) {
      network.take(answer, now: core.now)
      if case .ready = network.stack.resolve(endpoint, from: 26_400, now: core.now) { return }
    }
    report.expect(false, "the gateway did not answer")
  }

  private static func echoesEveryLength(
    _ network: inout TestNetwork, _ core: inout Core, _ report: inout TestReport
  ) {
    guard network.askForTheGateway(), let answer = network.wait(&core) else {
      return report.expect(false, "the gateway did not answer")
    }
    let station = network.sender(of: answer)
    var byteCount = 0
    var sequence: UInt16 = 0
    // Up to the longest frame: 1,514 bytes less 42 of headers.
    while byteCount <= Frame.capacity - 42 {
      report.expect(network.sendEcho(to: station, byteCount: byteCount, sequence: sequence), "no frame")
      guard let echo = network.wait(&core) else {
        return report.expect(false, "no echo of", UInt64(byteCount))
      }
      report.expect(
        TestNetwork.isEcho(echo, byteCount: byteCount, sequence: sequence), "a wrong echo of",
        UInt64(byteCount))
      network.frames.recycle(echo)
      sequence &+= 1
      byteCount += byteCount < 64 ? 1 : 8
    }
  }

  /// Takes frames to transmit until there is none, and gives them back unsent.
  private static func usesEveryPlace(
    _ network: inout TestNetwork, _ core: inout Core, _ report: inout TestReport
  ) {
    // What was sent before must be through, or its places would be missing.
    InterruptTests.spin(for: .milliseconds(2), &core)
    report.expect(network.frames.canTransmit, "no place at the start")
    var sent: UInt64 = 0
    while network.askForTheGateway() { sent += 1 }
    report.expect(sent == 256, "places to transmit", sent)
    report.expect(!network.frames.canTransmit, "more places than the queue has")
    report.expect(network.isBalanced, "frames lent", UInt64(network.frames.lentFrameCount))
    report.expect(drain(&network, &core) == sent, "answers to a full queue")
    report.expect(network.frames.canTransmit, "places did not come back")
  }

  private static func answersABurst(
    _ network: inout TestNetwork, _ core: inout Core, _ report: inout TestReport
  ) {
    var sent: UInt64 = 0
    var answered: UInt64 = 0
    for _ in 0..<40 {
      for _ in 0..<64 where network.askForTheGateway() { sent += 1 }
      answered += drain(&network, &core)
    }
    report.expect(sent == 40 * 64, "requests sent", sent)
    report.expect(answered == sent, "answers", answered)
  }

  /// Counts the gateway's answers until none comes for 50 ms.
  private static func drain(_ network: inout TestNetwork, _ core: inout Core) -> UInt64 {
    var count: UInt64 = 0
    while let frame = network.wait(&core, patience: .milliseconds(50)) {
      if TestNetwork.isTheGatewaysAnswer(frame) { count += 1 }
      network.frames.recycle(frame)
    }
    return count
  }

  /// Sleeps for each answer with an alarm far behind: only the device's interrupt may end the sleep.
  private static func wakesTheCore(
    _ network: inout TestNetwork, _ core: inout Core, _ report: inout TestReport
  ) {
    var lost: UInt64 = 0
    var slept: UInt64 = 0
    for round in 0..<UInt64(2_000) {
      guard network.askForTheGateway() else { return report.expect(false, "no frame in round", round) }
      network.frames.flush()
      // The answer often comes between these steps, which is what this is about.
      InterruptTests.spin(for: .nanoseconds(round % 64 * 1_000), &core)
      while !network.frames.armReceiveInterrupt() {
        let now = core.now
        core.arm(for: now + .seconds(2))
        slept += 1
        core.haltUnlessPending()
        if core.pendingSources & 1 != 0 { lost += 1 }
        while core.pendingSources != 0 { _ = core.take(source: core.pendingSources.trailingZeroBitCount) }
      }
      guard let frame = network.wait(&core) else { return report.expect(false, "no answer in round", round) }
      network.frames.recycle(frame)
    }
    core.arm(for: .never)
    report.expect(lost == 0, "wake-ups lost", lost)
    report.expect(slept > 0, "the core never slept")
    report.note("sleeps in 2,000 answers", slept)
  }
}
