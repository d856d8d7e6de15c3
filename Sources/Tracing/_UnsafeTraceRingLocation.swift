import Buffers

extension TraceRing {
  /// Where the events lie, for a debugger and for a panic: whoever reads there reads while they change.
  @unsafe public var eventsAddress: UInt {
    // SAFETY: an address alone; whoever reads through it answers for that.
    unsafe events.address
  }
}
