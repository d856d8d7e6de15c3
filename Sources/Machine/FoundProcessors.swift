public import Firmware

/// The machine's processors that can run as cores: the one that runs already first, then the others by their identifiers.
public struct FoundProcessors: Sendable {
  /// How they were found.
  public enum Source: Sendable {
    case acpi
    case multiprocessorTable
    /// No table names the others: each was asked whether it is there.
    case asking

    init(_ source: MachineTables.Source) {
      switch source {
      case .acpi: self = .acpi
      case .multiprocessor: self = .multiprocessorTable
      case .none: self = .asking
      }
    }

    public var name: StaticString {
      switch self {
      case .acpi: "ACPI"
      case .multiprocessorTable: "MP table"
      case .asking: "asking"
      }
    }
  }

  /// The tables' other news: nodes, interrupt lines.
  public let tables: MachineTables
  public let source: Source
  private var identifiers: InlineArray<16, UInt8>
  /// 1 to `Processors.mostCores`.
  public private(set) var count = 1
  /// Usable processors beyond those.
  public private(set) var leftOutCount: Int
  /// Whether others can be started than the one that runs: there is memory where they begin.
  public let canStartOthers: Bool

  init(
    first: UInt8, others: ProcessorSet, _ source: Source, _ tables: MachineTables, canStartOthers: Bool = true
  ) {
    self.canStartOthers = canStartOthers
    self.tables = tables
    self.source = source
    var found = InlineArray<16, UInt8>(repeating: first)
    var (foundCount, leftOut) = (1, tables.unreachableProcessorCount)
    others.forEach { identifier in
      guard identifier != first else { return }
      if canStartOthers && foundCount < Processors.mostCores {
        found[foundCount] = identifier
        foundCount += 1
      } else {
        leftOut += 1
      }
    }
    identifiers = found
    count = foundCount
    leftOutCount = leftOut
  }

  /// The identifier of a processor's local APIC, which it is started by and interrupts are sent to.
  public func identifier(at index: Int) -> UInt8 {
    precondition(index >= 0 && index < count, "the processor is one of those that were found")
    return identifiers[index]
  }

  /// The node whose memory is the processor's own.
  public func node(at index: Int) -> Int { tables.nodes.node(ofProcessor: identifier(at: index)) }
}
