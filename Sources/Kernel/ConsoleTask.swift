import Buffers
import Machine
import Queues
import Reactors
import Streams
import Timing
import Tracing
import Wire

/// The serial console while orders flow: lines in are commands, one a poll at most; text out waits in a ring and leaves
/// a few bytes a poll. So neither commands nor noise hold up an order for longer than it takes to write one's answer.
struct ConsoleTask: ~Copyable {
  /// What was typed.
  enum Command {
    case statistics
    case trace
    case tasks
    case cores
    case help
  }

  /// As many bytes as the port's FIFO holds.
  private static let bytesPerPoll = 16
  private static let longestLine = 64

  private var port: SerialPort
  var output: ConsoleOutput
  private var line: InlineArray<64, UInt8> = InlineArray(repeating: 0)
  private var lineByteCount = 0
  /// Whether the port may have more than was read in this poll.
  private var mayHaveMore = false

  init(port: SerialPort, in arena: inout Arena) throws(ArenaError) {
    output = ConsoleOutput(
      ring: try RingBuffer(capacity: NodeLimits.consoleCapacity, in: &arena))
    self.port = port
  }

  /// The next command typed, if its line is complete; unknown ones are answered here. Once a poll.
  mutating func nextCommand(at now: Instant) -> Command? {
    mayHaveMore = true
    for _ in 0..<Self.bytesPerPoll {
      guard case .ready(let byte) = port.poll(at: now) else {
        mayHaveMore = false
        return nil
      }
      guard byte == 0x0D || byte == 0x0A else {
        // A line that is too long cannot be a command; its end is kept from being one.
        if lineByteCount < Self.longestLine {
          line[lineByteCount] = byte
          lineByteCount += 1
        }
        continue
      }
      defer { lineByteCount = 0 }
      if matches("stats") { return .statistics }
      if matches("trace") { return .trace }
      if matches("tasks") { return .tasks }
      if matches("cores") { return .cores }
      if matches("help") { return .help }
      if lineByteCount > 0 { output.write("unknown command; help lists them\n") }
    }
    return nil
  }

  private func matches(_ command: StaticString) -> Bool {
    let bytes = command.bytes
    guard bytes.byteCount == lineByteCount else { return false }
    for index in 0..<lineByteCount where bytes.byte(at: index) != line[index] { return false }
    return true
  }

  /// Sends what waits, as far as the port takes it now. Ready when there is more to send or to read.
  mutating func drain(_ context: inout CoreContext) -> TaskStatus {
    send(&context) == .ready || mayHaveMore ? .ready : .waiting
  }

  private mutating func send(_ context: inout CoreContext) -> TaskStatus {
    for _ in 0..<Self.bytesPerPoll {
      guard SerialPort.hasRoom else {
        context.deadline = context.now + .microseconds(100)
        return .waiting
      }
      guard case .ready(let byte) = output.ring.poll(at: context.now) else { return .waiting }
      Console.write(byte: byte)
    }
    return .ready
  }
}

/// Text that waits for the port; what does not fit is dropped and counted.
struct ConsoleOutput: TextWriter, ~Copyable {
  var ring: RingBuffer<UInt8>
  private(set) var droppedByteCount: UInt64 = 0

  init(ring: consuming RingBuffer<UInt8>) { self.ring = ring }

  mutating func write(byte: UInt8) {
    if ring.push(byte) != nil { droppedByteCount += 1 }
  }
}
