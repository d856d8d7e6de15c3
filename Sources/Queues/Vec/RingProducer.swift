/// The producing end of a ring, whoever reads it. Every operation is wait-free unless the ring says otherwise.
///
/// It keeps its own position and how far the slowest reader lets it go, and looks at the shared words only when that is
/// used up. A push that has anything else to think of (a claim, a hook, pressure) finds its limit reached as well, so
/// that the common push makes one comparison.
public struct RingProducer<Ring: RingWriting>: Producer, ~Copyable {
  public typealias Message = Ring.Message

  let ring: Ring
  /// The sequence number of the next message.
  private(set) var position: UInt64
  /// How far pushes go without a further thought: to the end of the room, and nowhere while there is a claim, or a hook
  /// to call, or pressure to watch.
  private var limit: UInt64
  /// How far there is room for certain: the slowest reader as last seen, and a capacity more.
  private var roomEnd: UInt64
  /// Whether a push has more to do than to publish: a hook to call, or pressure to watch.
  private var isWatched: Bool
  private var pressure: PressureGauge
  /// Places claimed and not published yet; the tenure knows what was written there.
  private var claimedCount: UInt64 = 0
  private var tenure: ProducerTenure<Ring>
  public private(set) var droppedCount: UInt64 = 0

  @inline(__always)
  init(_ placed: Placed<Ring>) {
    ring = placed.value
    tenure = ProducerTenure(placed)
    position = ring.properties.firstSequence
    roomEnd = position &+ UInt64(ring.properties.capacity)
    pressure = PressureGauge(ring.properties.watermarks)
    isWatched = ring.properties.watermarks != nil || ring.properties.waiting.hasHook
    limit = isWatched ? position : roomEnd
  }

  public var capacity: Int { ring.properties.capacity }
  public var hasConsumers: Bool { !ring.isReaderless }

  /// Messages in the queue; consumers may take some meanwhile.
  public var count: Int { Int(truncatingIfNeeded: position &- slowestReader(wanted: capacity)) }

  /// As `Producer` says; given back too while something is claimed.
  @inline(__always)
  public mutating func push(_ message: consuming Message) -> Message? {
    // Without the hint the rare way lies in the middle of the common one, which then jumps over it.
    if _slowPath(position == limit) {
      let hasRoom = isWatched && claimedCount == 0 && position != roomEnd
      guard hasRoom || findRoom() else {
        if drops() { return nil }
        return message
      }
      if isWatched {
        ring.put(message, at: position)
        publish(1)
        return nil
      }
    }
    ring.put(message, at: position)
    advance(1)
    return nil
  }

  /// Adds a copy of a message: of a large one, without another copy on the way. False when `push` would give it back.
  @inline(__always)
  public mutating func push(copying message: borrowing Message) -> Bool where Message: BitwiseCopyable {
    if _slowPath(position == limit) {
      let hasRoom = isWatched && claimedCount == 0 && position != roomEnd
      guard hasRoom || findRoom() else { return drops() }
      if isWatched {
        ring.put(copy message, at: position)
        publish(1)
        return true
      }
    }
    ring.put(copy message, at: position)
    advance(1)
    return true
  }

  /// Adds up to `count` messages with one publication; the consumer sees all of them or none.
  ///
  /// - Parameter make: gives the message number `index`, 0 to the returned count - 1.
  /// - Returns: how many there was room for; none while something is claimed.
  @inline(__always)
  public mutating func push(upTo count: Int, _ make: (_ index: Int) -> Message) -> Int {
    guard count > 0 else { return 0 }
    let accepted = min(count, room(for: count))
    guard accepted > 0 else { return 0 }
    ring.put(accepted, at: position, make)
    publish(UInt64(truncatingIfNeeded: accepted))
    return accepted
  }

  /// A crossing of a watermark not told yet: each is told once. Nothing when pressure is what it was.
  public mutating func pressureChange() -> Pressure? {
    notePressure()
    return pressure.takeChange()
  }

  /// From now on somebody may sleep.
  mutating func watch() {
    isWatched = true
    setLimit()
  }
}

// MARK: - Claims

extension RingProducer {
  /// Claims the next `count` places, to be written one by one and published together.
  ///
  /// - Returns: false when there is no room for all of them; nothing is claimed then.
  public mutating func claim(_ count: Int) throws(ClaimError) -> Bool {
    guard count > 0 else { throw .empty }
    guard count <= capacity else { throw .beyondCapacity }
    guard claimedCount == 0 else { throw .alreadyClaimed }
    guard room(for: count) >= count else { return false }
    claimedCount = UInt64(truncatingIfNeeded: count)
    setLimit()
    tenure.first = position
    return true
  }

  /// Makes the next message of a claim in its place. There must be a claimed place left.
  @inline(__always)
  public mutating func write(_ message: consuming Message) {
    precondition(tenure.written < claimedCount, "no claimed place is left")
    ring.put(message, at: position &+ tenure.written)
    tenure.written &+= 1
  }

  /// Changes message number `index` of a claim in its place; it must have been written.
  @inline(__always)
  public mutating func change(_ index: Int, _ body: (inout Message) -> Void) {
    precondition(index >= 0 && UInt64(truncatingIfNeeded: index) < tenure.written, "nothing is written there")
    ring.change(at: position &+ UInt64(truncatingIfNeeded: index), body)
  }

  /// Publishes what was written since `claim`, all at once, and gives up the claimed places that were not.
  @inline(__always)
  public mutating func publish() throws(ClaimError) {
    guard claimedCount > 0 else { throw .nothingClaimed }
    let written = tenure.written
    tenure.written = 0
    claimedCount = 0
    setLimit()
    if written > 0 { publish(written) }
  }
}

// MARK: - Room and publication

extension RingProducer {
  /// Places free as far as is known, looking again when those are fewer than `count`; none while something is claimed.
  @inline(__always)
  private mutating func room(for count: Int) -> Int {
    guard claimedCount == 0 else { return 0 }
    if roomEnd &- position < UInt64(truncatingIfNeeded: count) {
      roomEnd = slowestReader(wanted: count) &+ UInt64(truncatingIfNeeded: capacity)
      setLimit()
    }
    return Int(truncatingIfNeeded: roomEnd &- position)
  }

  /// Looks how full the queue is, where anybody wants to know, and keeps what it found out about the room.
  @inline(never)
  private mutating func notePressure() {
    guard ring.properties.watermarks != nil else { return }
    let slowest = slowestReader(wanted: capacity)
    roomEnd = slowest &+ UInt64(truncatingIfNeeded: capacity)
    setLimit()
    pressure.note(fill: Int(truncatingIfNeeded: position &- slowest))
  }

  @inline(never)
  private mutating func findRoom() -> Bool { room(for: 1) > 0 }

  @inline(__always)
  private mutating func setLimit() { limit = isWatched || claimedCount > 0 ? position : roomEnd }

  private func slowestReader(wanted count: Int) -> UInt64 {
    let behind = UInt64(truncatingIfNeeded: capacity)
    let known = roomEnd &- behind
    return ring.slowestReader(
      from: known, wanted: position &+ UInt64(truncatingIfNeeded: count) &- behind, position: position)
  }

  @inline(__always)
  private mutating func advance(_ count: UInt64) {
    let first = position
    position &+= count
    ring.publish(first, upTo: position)
  }

  @inline(__always)
  private mutating func publish(_ count: UInt64) {
    advance(count)
    guard isWatched else { return }
    limit = position
    if ring.properties.watermarks != nil { notePressure() }
    if _slowPath(ring.mayHaveSleepers) { wakeReaders() }
  }

  /// Not a part of the common push, which would copy the ring to call it.
  @inline(never)
  private mutating func wakeReaders() { ring.wakeReaders() }

  /// Whether a message that found no room is dropped, and counted.
  @inline(never)
  private mutating func drops() -> Bool {
    guard case .dropNewest = ring.properties.overflow, claimedCount == 0, !ring.isReaderless else {
      return false
    }
    droppedCount &+= 1
    return true
  }
}

/// An end belongs to whoever has it, on whichever core that is.
extension RingProducer: Sendable where Ring.Message: Sendable {}
