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
    }
  }
}

extension TraceRing {
  /// Writes the last `count` events, the oldest first: time in seconds, kind, subject, detail.
  public func write<Writer: TextWriter & ~Copyable>(last count: Int, to writer: inout Writer) {
    var age = count - 1
    while age >= 0 {
      if let event = event(age: age) {
        writer.write(event.time)
        writer.write(" ")
        writer.write(event.kind.name)
        writer.write(" ")
        writer.write(UInt64(event.subject))
        writer.write(" ")
        writer.write(event.detail)
        writer.newLine()
      }
      age -= 1
    }
  }
}
