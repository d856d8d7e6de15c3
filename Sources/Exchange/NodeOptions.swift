public import Firmware
import Wire

/// What the kernel command line sets: `ip=10.0.2.15/24 gw=10.0.2.2 durability=journal scheduler=levels`, in any order.
///
/// When a key is given twice, the last one counts; `virtio_mmio.device=` adds a device each time.
public struct NodeOptions: Sendable {
  /// What an acknowledged order survives.
  public enum Durability: Sendable, Equatable {
    /// Written to the disk and flushed before it is answered.
    case journal
    /// Nothing: orders live in memory only.
    case none
  }

  /// The discipline by which the core's reactor picks among its ready tasks.
  public enum Scheduler: Sendable, Equatable {
    /// By priority: journal, network, configuration, console.
    case levels
    case roundRobin
    /// The earliest deadline first.
    case deadline
    /// Weighted fair sharing.
    case fair
  }

  /// Which of the messages that wait for an order core it takes first.
  public enum Priorities: Sendable, Equatable {
    /// Cancels before replaces before new orders.
    case cancels
    /// In the order of their arrival.
    case arrival
  }

  /// The node's address; the first address byte is the most significant.
  public var address: UInt32 = 0x0A00_020F
  /// How many leading bits of the address name the network.
  public var prefixLength: Int = 24
  /// Where datagrams for other networks go; 0 for nowhere.
  public var gateway: UInt32 = 0x0A00_0202
  public var durability = Durability.journal
  public var scheduler = Scheduler.levels
  /// After how long a core that does not turn any more panics, in milliseconds; 0 for never.
  public var watchdogMilliseconds = 2_000
  /// Which cores do what, as far as it was said.
  public var placement = PlacementRequest()
  public var priorities = Priorities.cancels
  /// How often the balancer looks at the order cores, in milliseconds, 1 to 10,000; 0 for never.
  public var balancePeriodMilliseconds = 10
  /// How many groups of symbols are owned, and moved, as one: a power of two, 16 to 256.
  ///
  /// Orders are numbered by the 256 buckets of their symbols whatever this is.
  public var bucketCount = 256
  /// Where virtio devices without a bus are.
  public var deviceSlots = DeviceSlots()
  /// Whether devices are looked for on the PCI bus.
  public var looksAtPCI = true
  /// The test or mode that a test image is to run: where its name stands in the command line.
  public var testName: Range<Int>?

  public init() {}

  /// Reads a command line: words `key=value`, separated by spaces, tabs or the ends of lines, as in a file.
  ///
  /// - Throws: the first word that is unknown or unreadable. Nothing is guessed.
  public init(commandLine: RawSpan) throws(NodeOptionsError) {
    var start = 0
    while start < commandLine.byteCount {
      let end = commandLine.endOfWord(in: start..<commandLine.byteCount)
      if end > start { try read(commandLine, start..<end) }
      start = end + 1
    }
  }

  /// Whether the bytes of `range` are `text`.
  public static func equals(_ text: StaticString, _ line: RawSpan, _ range: Range<Int>) -> Bool {
    line.equals(text, range)
  }
}
