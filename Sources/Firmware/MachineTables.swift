/// What firmware's tables say of the machine: processors, interrupt controllers, and which of them and of the memory belong
/// together. Found by ACPI (ACPI 6.5, 5.2), else by the older table of Intel's MultiProcessor Specification 1.4.
public struct MachineTables: Sendable {
  /// Nodes that are told apart; what belongs to further ones counts as the first node's.
  public static let mostNodes = 16
  /// I/O APICs that are noted; further ones are not used.
  public static let mostControllers = 8
  /// Ranges of memory with a node of their own; those of further ones count as the first node's.
  public static let mostMemoryRanges = 32

  /// Which table the processors were found in.
  public enum Source: UInt8, Sendable {
    /// In none: there is no table, or none that names a usable processor.
    case none
    case acpi
    case multiprocessor
  }

  public internal(set) var source = Source.none
  /// The usable ones with an identifier of 0 to 254.
  public internal(set) var processors = ProcessorSet()
  /// Processors that are listed and not enabled: places for some that may be plugged in later.
  public internal(set) var disabledProcessorCount = 0
  /// Usable processors whose identifiers are above 254.
  public internal(set) var unreachableProcessorCount = 0
  public internal(set) var lines = InterruptLines()
  public internal(set) var nodes = NodeTable()

  /// Knows nothing: no processor, no controller, one node.
  public init() {}

  /// Reads what there is. At most some hundred thousand bytes are looked at, whatever they say.
  public init(_ memory: borrowing some PhysicalMemory & ~Copyable, _ places: FirmwarePlaces) {
    if let root = RootTable(memory, places) {
      root.withTable("APIC", memory) { readInterruptControllers($0) }
      root.withTable("SRAT", memory) { readAffinities($0) }
    }
    if processors.count > 0 {
      source = .acpi
    } else if readMultiprocessorTable(memory, places), processors.count > 0 {
      source = .multiprocessor
    }
  }
}
