public import Timing
public import Tracing

/// What a watch of cores has noticed.
public enum CoreEvent: Sendable {
  /// A core does not turn any more.
  case hung(HungCore)
  /// One that did not, does again, after so long in all.
  case recovered(core: Int, after: Duration)

  /// The core in question.
  public var core: Int {
    switch self {
    case .hung(let hung): hung.core
    case .recovered(let core, _): core
    }
  }
}

/// A core that does not turn any more.
public struct HungCore: Sendable {
  public let core: Int
  /// The number of the task that does not return; nothing when none is polled.
  public let task: Int?
  public let name: StaticString?
  /// For how long it has not turned.
  public let duration: Duration
  /// Where it was found, as an address in the image; nothing when it does not even say that.
  public let address: UInt?
}

extension CoreEvent {
  /// Writes a line for people; behind that of a core that hangs comes one with the address, as `tools/symbolize` reads
  /// it.
  public func write<Writer: TextWriter & ~Copyable>(to writer: inout Writer) {
    writer.write("sluice: core ")
    writer.write(UInt64(core))
    switch self {
    case .hung(let hung): hung.write(to: &writer)
    case .recovered(_, let duration):
      writer.write(" turns again: it was held up for ")
      writer.write(milliseconds: duration)
    }
    writer.newLine()
    guard case .hung(let hung) = self, let address = hung.address else { return }
    writer.write("  at ")
    writer.write(hexadecimal: UInt64(address))
    writer.newLine()
  }
}

extension HungCore {
  fileprivate func write<Writer: TextWriter & ~Copyable>(to writer: inout Writer) {
    writer.write(" hangs: ")
    if let task {
      writeTask(task, to: &writer)
      writer.write(" has not returned for ")
    } else {
      writer.write("no task runs, and it has not turned for ")
    }
    writer.write(milliseconds: duration)
    if address == nil { writer.write(", and does not say where it is") }
    writer.write("; the other cores go on")
  }

  private func writeTask<Writer: TextWriter & ~Copyable>(_ task: Int, to writer: inout Writer) {
    writer.write("task ")
    guard let name else { return writer.write(UInt64(task)) }
    writer.write("\"")
    writer.write(name)
    writer.write("\"")
  }
}

extension TextWriter where Self: ~Copyable {
  fileprivate mutating func write(milliseconds duration: Duration) {
    write(duration.nanoseconds / 1_000_000)
    write(" ms")
  }
}
