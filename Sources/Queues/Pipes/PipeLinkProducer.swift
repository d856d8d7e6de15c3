/// The producing end of a `PipeLink`.
public struct PipeLinkProducer<Word: SharedWord & ~Copyable>: Producer, ~Copyable {
  let pipe: Pipe<Word>
  private(set) var position: UInt64
  /// The consumer's position as last seen: it is there or further.
  private var consumed: UInt64
  private let room: UInt64
  /// Whether a write has more to do than to publish: a hook to call, or pressure to watch.
  private let isWatched: Bool
  private var pressure: PressureGauge
  /// Bytes dropped by `push`, as the overflow policy asks.
  public private(set) var droppedCount: UInt64 = 0

  init(_ pipe: Pipe<Word>) {
    self.pipe = pipe
    position = pipe.properties.firstSequence
    consumed = pipe.properties.firstSequence
    room = UInt64(pipe.properties.capacity)
    pressure = PressureGauge(pipe.properties.watermarks)
    isWatched = pipe.properties.watermarks != nil || pipe.properties.waiting.hasHook
  }

  deinit {
    pipe.depart()
    // So that a sleeping consumer learns of the end.
    pipe.sleepers.wake()
  }

  /// Bytes the pipe holds at most.
  public var capacity: Int { pipe.properties.capacity }

  /// Bytes in the pipe; the consumer may take some meanwhile.
  public var count: Int {
    Int(truncatingIfNeeded: position &- pipe.words[Pipe<Word>.consumed].loadAcquiring())
  }

  /// Adds one byte.
  @inline(__always)
  public mutating func push(_ byte: UInt8) -> UInt8? {
    guard hasConsumers else { return byte }
    guard roomCount(atLeast: 1) > 0 else { return refuse(byte) }
    pipe.ring.putByte(byte, at: position)
    publish(1)
    return nil
  }

  /// Adds the first of `bytes`, as many as there is room for, with one publication; none when no consumer is left.
  ///
  /// - Returns: how many.
  @inline(__always)
  public mutating func write(_ bytes: RawSpan) -> Int {
    guard hasConsumers else { return 0 }
    let accepted = min(bytes.byteCount, roomCount(atLeast: bytes.byteCount))
    guard accepted > 0 else { return 0 }
    let contiguous = pipe.ring.contiguousByteCount(at: position)
    if accepted <= contiguous {
      pipe.ring.put(bytes.extracting(first: accepted), at: position)
    } else {
      wrap(bytes.extracting(first: accepted), after: contiguous)
    }
    publish(accepted)
    return accepted
  }

  /// A crossing of a watermark not told yet: each is told once. Nothing when pressure is what it was.
  public mutating func pressureChange() -> Pressure? {
    pressure.note(fill: count)
    return pressure.takeChange()
  }

  @inline(__always)
  public var hasConsumers: Bool { pipe.words[Pipe<Word>.departed].load() == 0 }

  /// Bytes free as far as is known, looking again when those are fewer than `count`.
  @inline(__always)
  mutating func roomCount(atLeast count: Int) -> Int {
    if room &- (position &- consumed) < UInt64(truncatingIfNeeded: count) {
      consumed = pipe.words[Pipe<Word>.consumed].loadAcquiring()
    }
    return Int(truncatingIfNeeded: room &- (position &- consumed))
  }

  /// Makes the next `byteCount` bytes the consumer's.
  @inline(__always)
  mutating func publish(_ byteCount: Int) {
    position &+= UInt64(truncatingIfNeeded: byteCount)
    pipe.words[Pipe<Word>.published].storeReleasing(position)
    if isWatched { afterPublication() }
  }

  /// Puts the first `front` bytes at the end of the ring and the others at its beginning.
  @inline(never)
  private func wrap(_ bytes: RawSpan, after front: Int) {
    pipe.ring.put(bytes.extracting(first: front), at: position)
    pipe.ring.put(bytes.extracting(droppingFirst: front), at: position &+ UInt64(truncatingIfNeeded: front))
  }

  @inline(never)
  private mutating func afterPublication() {
    pressure.note(fill: count)
    pipe.sleepers.wake()
  }

  @inline(never)
  private mutating func refuse(_ byte: UInt8) -> UInt8? {
    if case .dropNewest = pipe.properties.overflow {
      droppedCount &+= 1
      return nil
    }
    return byte
  }
}

/// An end belongs to whoever has it, on whichever core that is.
extension PipeLinkProducer: Sendable where Word: ~Copyable {}
