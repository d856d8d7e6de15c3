extension TraceEvent.Kind {
  var name: StaticString {
    switch self {
    case .none: "none"
    case .interrupt: "interrupt"
    case .timer: "timer"
    case .task: "task"
    case .frame: "frame"
    case .order: "order"
    case .durable: "durable"
    case .transmit: "transmit"
    case .overrun: "overrun"
    }
  }
}

extension TraceEvent {
  /// Writes a line: time in seconds, kind, subject, detail.
  public func write<Writer: TextWriter & ~Copyable>(to writer: inout Writer) {
    writer.write(time)
    writer.write(" ")
    writer.write(kind.name)
    writer.write(" ")
    writer.write(UInt64(subject))
    writer.write(" ")
    writer.write(detail)
    writer.newLine()
  }
}

extension TraceRing {
  /// Writes the last `count` events, the oldest first.
  public func write<Writer: TextWriter & ~Copyable>(last count: Int, to writer: inout Writer) {
    for age in (0..<count).reversed() {
      if let event = event(age: age) { event.write(to: &writer) }
    }
  }
}
