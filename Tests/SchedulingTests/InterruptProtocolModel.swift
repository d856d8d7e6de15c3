import Buffers
import Scheduling
import TestSupport
import Timing

/// What must never happen between interrupt stubs, a core and its queue.
enum InterruptViolation: Hashable {
  /// The core sleeps although a source that was raised has not been served since.
  case markIsLost
  /// A source is served more often than it was marked.
  case markIsServedTwice
  /// The core sleeps with a mark in its pending word, and nothing under way that would end the sleep.
  case sleepsWithAMark
  /// What is served is not the most urgent of what was queued, and the first to arrive of these.
  case isOutOfOrder
}

/// What the protocol can get wrong: the controls.
enum InterruptFault: CaseIterable {
  /// The bit is cleared before the stamp is read.
  case clearsBeforeReading
  /// The word is looked at, and then the core halts, with interrupts on all the time.
  case looksThenHalts
  /// Interrupts are off while the word is looked at, but on again before the halt.
  case enablesBeforeHalting
  /// The stub stamps each time, not only when it sets the bit.
  case stampsEachTime
  /// The core clears the whole word when it has taken what it saw there.
  case clearsTheWord
  /// The core never clears a bit.
  case clearsNothing
  /// The queue serves equal sources by number.
  case servesByNumber
}

/// One core with three sources, as far as the protocol sees it: what it knows, and, as ghosts, what is true.
///
/// Time is the number of interrupts raised so far. Source 0 is more urgent than 1 and 2, which are equal.
struct InterruptProtocolState: Hashable {
  enum Step: Hashable { case look, read, clear, select, disable, check, leave, enable, halt, sleep }

  var step = Step.look
  /// Interrupts each source has left to raise.
  var left: SIMD4<UInt8>
  var clock: UInt8 = 0
  /// The pending word and the stamps, which the stubs write.
  var word: UInt8 = 0
  var stamps = SIMD4<UInt8>()
  var isEnabled = true
  /// Raised while interrupts are off, a bit each: delivered when they are on again.
  var held: UInt8 = 0
  /// What the core saw in the word and has not taken yet, and the stamp that it read.
  var seen: UInt8 = 0
  var readStamp: UInt8 = 0
  /// The queue: the arrival of each queued source, or zero.
  var queued = SIMD4<UInt8>()

  /// When the mark in the word, and that in the queue, was really made.
  var trueStamps = SIMD4<UInt8>()
  var trueArrivals = SIMD4<UInt8>()
  /// Marks not served yet, and whether a source was raised since it was served.
  var unservedMarks = SIMD4<UInt8>()
  var unservedSources: UInt8 = 0

  static let sourceCount = 3
  static func priority(_ source: Int) -> Int { source == 0 ? 0 : 1 }
}

/// Moves the protocol's states; the queue is the real one.
final class InterruptProtocol {
  typealias State = InterruptProtocolState
  let fault: InterruptFault?
  private let memory = TestArena(byteCount: 1 << 14)
  private var queue: InterruptQueue

  init(fault: InterruptFault?) throws {
    self.fault = fault
    queue = try InterruptQueue(in: &memory.arena)
    for source in 0..<State.sourceCount { queue.register(source: source, priority: State.priority(source)) }
  }

  /// A device raises its interrupt, at any time.
  func raise(_ source: Int, _ state: inout State) {
    state.left[source] -= 1
    state.clock += 1
    state.unservedSources |= 1 << source
    if state.isEnabled { mark(source, &state) } else { state.held |= 1 << source }
  }

  /// The stub, which nothing interrupts.
  private func mark(_ source: Int, _ state: inout State) {
    let isFirst = state.word & 1 << source == 0
    if isFirst || fault == .stampsEachTime { state.stamps[source] = state.clock }
    if isFirst {
      state.trueStamps[source] = state.clock
      state.unservedMarks[source] += 1
    }
    state.word |= 1 << source
    if state.step == .sleep { state.step = .look }
  }

  private func enable(_ state: inout State) {
    state.isEnabled = true
    for source in 0..<State.sourceCount where state.held & 1 << source != 0 { mark(source, &state) }
    state.held = 0
  }

  /// One step of the core, between two of which an interrupt can come.
  func advance(_ state: inout State) -> InterruptViolation? {
    switch state.step {
    case .look:
      state.seen = state.word
      state.step = state.seen == 0 ? .select : firstOfTaking
    case .read:
      state.readStamp = state.stamps[state.seen.trailingZeroBitCount]
      state.step = .clear
      if fault == .clearsBeforeReading { take(&state) }
    case .clear:
      let source = state.seen.trailingZeroBitCount
      if fault != .clearsNothing { state.word &= ~(1 << source) }
      if fault == .clearsTheWord, state.seen == 1 << source { state.word = 0 }
      noteTaken(source, &state)
      state.step = .read
      if fault != .clearsBeforeReading { take(&state) }
    case .select: return select(&state)
    case .disable:
      if fault != .looksThenHalts { state.isEnabled = false }
      state.step = .check
    case .check: state.step = state.word != 0 ? .leave : fault == .enablesBeforeHalting ? .enable : .halt
    case .leave:
      state.step = .look
      enable(&state)
    case .enable:
      enable(&state)
      state.step = .halt
    case .halt:
      // Interrupts are on again only when the halt has begun.
      state.step = .sleep
      enable(&state)
    case .sleep: return sleepViolation(state)
    }
    return nil
  }

  private var firstOfTaking: State.Step { fault == .clearsBeforeReading ? .clear : .read }

  /// The mark moves from the word to the queue; what is queued keeps its arrival.
  private func noteTaken(_ source: Int, _ state: inout State) {
    if state.trueArrivals[source] == 0 {
      state.trueArrivals[source] = state.trueStamps[source]
    } else if state.unservedMarks[source] > 0 {
      state.unservedMarks[source] -= 1
    }
  }

  private func take(_ state: inout State) {
    let source = state.seen.trailingZeroBitCount
    fill(state.queued)
    queue.mark(source, at: Instant(nanoseconds: UInt64(state.readStamp)))
    state.queued[source] = UInt8(queue.arrival(of: source).nanoseconds)
    while queue.select(.max) != nil {}
    state.seen &= state.seen - 1
    state.step = state.seen == 0 ? .select : firstOfTaking
  }

  private func fill(_ queued: SIMD4<UInt8>) {
    for source in 0..<State.sourceCount where queued[source] != 0 {
      let arrival = fault == .servesByNumber ? 1 : UInt64(queued[source])
      queue.mark(source, at: Instant(nanoseconds: arrival))
    }
  }

  private func select(_ state: inout State) -> InterruptViolation? {
    fill(state.queued)
    let picked = queue.select(.max)
    while queue.select(.max) != nil {}
    guard let source = picked else {
      state.step = .disable
      return nil
    }
    let expected = (0..<State.sourceCount).filter { state.trueArrivals[$0] != 0 }
      .min { (State.priority($0), state.trueArrivals[$0]) < (State.priority($1), state.trueArrivals[$1]) }
    guard source == expected else { return .isOutOfOrder }
    guard state.unservedMarks[source] > 0 else { return .markIsServedTwice }
    state.unservedMarks[source] -= 1
    state.unservedSources &= ~(1 << source)
    state.queued[source] = 0
    state.trueArrivals[source] = 0
    state.step = .look
    return nil
  }

  private func sleepViolation(_ state: State) -> InterruptViolation? {
    if state.word != 0 { return .sleepsWithAMark }
    return state.unservedSources != 0 ? .markIsLost : nil
  }
}
