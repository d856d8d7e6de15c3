import Buffers
import Queues
import Scheduling
import Streams
import TestSupport
import Timing

/// An order core's own: its links' ends, and what it is about.
struct SimulatedOrderCore: ~Copyable {
  var inbound: PriorityConsumer<VecLinkConsumer<SimulatedMessage, HardwareWord>>
  var send: PriorityProducer<VecLinkProducer<SimulatedMessage, HardwareWord>>
  var complete: VecLinkProducer<SimulatedCompletion, HardwareWord>
  var completions: VecLinkConsumer<SimulatedCompletion, HardwareWord>
  var sendState: VecLinkProducer<SimulatedState, HardwareWord>
  var states: VecLinkConsumer<SimulatedState, HardwareWord>

  /// Messages that were sent while the core was between two classes of a poll: that poll does not see them.
  var late: [SimulatedMessage] = []
  /// Taken and not applied yet, the most urgent last: more urgent ones may have come since.
  var held: [SimulatedMessage] = []
  /// Nothing to do until somebody wakes it.
  var sleeps = true
  /// What it says when the present work is done.
  var finishing: SimulatedCompletion?
  /// The state that leaves when the present work is done.
  var leaving: (state: SimulatedState, to: Int)?
  /// The bucket whose state it waits for, and since when.
  var awaited: (move: SimulatedMessage, since: UInt64)?
  var losesNext = false
  /// Since the beginning, and as it was a period ago.
  var work = CoreWork(busy: .zero, messageCount: 0)
  var workBefore = CoreWork(busy: .zero, messageCount: 0)
  /// How many messages have been applied to each bucket it owns.
  var versions: [UInt32] = Array(repeating: 0, count: BalanceScenario.bucketCount)

  init(_ scenario: BalanceScenario, in memory: TestArena) throws {
    let link = try Channel<SimulatedMessage>.create(
      .link, over: .vec, QueueProperties(capacity: scenario.inboundCapacity), classes: .strict(3),
      in: &memory.arena
    ).link()
    let back = try Channel<SimulatedCompletion>.create(
      .link, over: .vec, QueueProperties(capacity: scenario.completionCapacity), in: &memory.arena
    ).link()
    let states = try Channel<SimulatedState>.create(
      .link, over: .vec, QueueProperties(capacity: 2), in: &memory.arena
    ).link()
    inbound = link.consumer
    send = link.producer
    complete = back.producer
    completions = back.consumer
    sendState = states.producer
    self.states = states.consumer
  }

  /// Adds what a poll has not seen; the next one does.
  mutating func pushLate() {
    while let message = late.first, send.push(message, class: Int(message.priority)) == nil {
      late.removeFirst()
    }
  }

  /// The next message, strictly by class.
  mutating func takeNext(looksAgain: Bool) -> SimulatedMessage? {
    while true {
      let limit = held.last.map { Int($0.priority) } ?? 3
      guard limit > 0, case .ready(let message) = inbound.poll(below: limit, at: .zero) else { break }
      if !late.isEmpty { pushLate() }
      if message.priority == 0 || !looksAgain { return message }
      held.append(message)
    }
    return held.popLast()
  }
}

extension CoreWork {
  func since(_ earlier: CoreWork) -> CoreWork {
    CoreWork(
      busy: .nanoseconds(busy.nanoseconds - earlier.busy.nanoseconds),
      messageCount: messageCount - earlier.messageCount)
  }
}
