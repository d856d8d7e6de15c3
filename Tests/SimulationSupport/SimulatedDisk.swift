public import Buffers
public import TestSupport
import Timing

/// A `FakeDisk` that takes its time: requests complete when the device was told of them and their latency is over,
/// and an interrupt comes only if it was asked for. One boot's view of the disk; the medium outlives it.
public final class SimulatedDisk: BlockPort {
  public let medium: FakeDisk
  /// How long a request takes, in nanoseconds.
  public var latency: ClosedRange<UInt64> = 50_000...50_000
  /// Requests never complete by themselves.
  public var isStalled = false
  /// Called when an interrupt is raised.
  public var onInterrupt: (() -> Void)?
  private let time: VirtualTime
  private var random: SeededRandom
  private var unannounced = 0
  private var inFlight = 0
  private var completed = 0
  private var isArmed = false
  /// Grows when what is under way is given up.
  private var generation = 0

  public init(_ medium: FakeDisk, time: VirtualTime, seed: UInt64 = 1) {
    self.medium = medium
    self.time = time
    random = SeededRandom(seed: seed)
  }

  public var sectorCount: UInt64 { medium.sectorCount }
  public var isReadOnly: Bool { medium.isReadOnly }
  public var canFlush: Bool { medium.canFlush }

  public func submit(_ request: consuming BlockRequest) -> BlockRequest? {
    if let refused = medium.submit(request) { return refused }
    unannounced += 1
    return nil
  }

  public func flush() {
    let count = unannounced
    inFlight += count
    unannounced = 0
    guard !isStalled else { return }
    for _ in 0..<count { completeLater() }
  }

  /// Ends a stall: what was submitted meanwhile completes.
  public func resume() {
    isStalled = false
    for _ in 0..<inFlight { completeLater() }
  }

  private func completeLater() {
    let generation = generation
    time.after(.nanoseconds(UInt64.random(in: latency, using: &random))) { [self] in
      guard generation == self.generation else { return }
      inFlight -= 1
      completed += 1
      raise()
    }
  }

  public func completion() -> BlockCompletion? {
    guard completed > 0 else { return nil }
    completed -= 1
    return medium.completion()
  }

  public func armInterrupt() -> Bool {
    isArmed = completed == 0
    return !isArmed
  }

  public func cancelAll() {
    medium.cancelAll()
    generation += 1
    completed += inFlight + unannounced
    (inFlight, unannounced) = (0, 0)
  }

  /// The power goes: nothing completes any more, and what was under way may be done in part.
  public func cutPower(returningBlocksTo blocks: inout BlockPool) {
    generation += 1
    medium.cutPower(returningBlocksTo: &blocks)
  }

  /// The machine stops and the disk goes on: what was under way is done or not.
  public func resetMachine(returningBlocksTo blocks: inout BlockPool) {
    generation += 1
    medium.resetMachine(returningBlocksTo: &blocks)
  }

  private func raise() {
    guard isArmed else { return }
    isArmed = false
    onInterrupt?()
  }
}
