/// The producing end of a `FramedPipe`.
public struct FramedPipeWriter<Word: SharedWord & ~Copyable>: ~Copyable {
  private var end: PipeLinkProducer<Word>
  private let prefix: FramePrefix
  /// Frames dropped, as the overflow policy asks.
  public private(set) var droppedCount: UInt64 = 0

  init(_ pipe: Pipe<Word>, _ prefix: FramePrefix) {
    end = PipeLinkProducer(pipe)
    self.prefix = prefix
  }

  /// Bytes the pipe holds at most, prefixes included.
  public var capacity: Int { end.capacity }
  /// Bytes in the pipe, prefixes included; the reader may take some meanwhile.
  public var count: Int { end.count }
  /// Bytes of the longest frame that can be written.
  public var longestFrame: Int { min(prefix.longestFrame, end.capacity - prefix.byteCount) }

  /// Writes a frame, or nothing.
  ///
  /// - Returns: whether it is the writer's no more: false when there is no room now and the policy is to refuse, or when
  ///   no reader is left.
  @inline(__always)
  public mutating func write(_ frame: RawSpan) throws(FrameError) -> Bool {
    let byteCount = frame.byteCount
    guard byteCount <= longestFrame else { throw error(byteCount) }
    guard end.hasConsumers else { return false }
    let total = prefix.byteCount &+ byteCount
    guard end.roomCount(atLeast: total) >= total else { return dropped() }
    let start = end.position
    end.pipe.ring.putLength(byteCount, prefix, at: start)
    // Behind the prefix even where that is the ring's tail: hence the offset, and not the next sequence number.
    end.pipe.ring.put(frame, at: start, offset: prefix.byteCount)
    end.publish(total)
    return true
  }

  /// A crossing of a watermark, in bytes, not told yet: each is told once. Nothing when pressure is what it was.
  public mutating func pressureChange() -> Pressure? { end.pressureChange() }

  @inline(never)
  private func error(_ byteCount: Int) -> FrameError {
    byteCount > prefix.longestFrame
      ? .beyondPrefix(byteCount: byteCount) : .beyondCapacity(byteCount: byteCount)
  }

  @inline(never)
  private mutating func dropped() -> Bool {
    guard case .dropNewest = end.pipe.properties.overflow else { return false }
    droppedCount &+= 1
    return true
  }
}

/// An end belongs to whoever has it, on whichever core that is.
extension FramedPipeWriter: Sendable where Word: ~Copyable {}
