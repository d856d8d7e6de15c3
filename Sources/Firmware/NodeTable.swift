/// Which node each processor and each piece of memory belongs to. Nodes are numbered from 0 in the order of the numbers that
/// firmware gives them; without a table there is one, and everything is its.
public struct NodeTable: Sendable {
  private struct Range: Sendable {
    var start: UInt64
    var end: UInt64
    var node: UInt8
  }

  private var domains: InlineArray<16, UInt32> = InlineArray(repeating: 0)
  private var domainCount = 0
  private var processors: InlineArray<256, UInt8> = InlineArray(repeating: 0)
  private var ranges: InlineArray<32, Range>
  private var rangeCount = 0

  /// One node.
  public init() { ranges = InlineArray(repeating: Range(start: 0, end: 0, node: 0)) }

  /// 1 to 16.
  public var count: Int { max(1, domainCount) }

  /// The node of the processor whose local APIC has this identifier.
  public func node(ofProcessor identifier: UInt8) -> Int { Int(processors[Int(identifier)]) }

  /// The node of the byte at `address`. Of ranges that overlap the first counts.
  public func node(ofAddress address: UInt64) -> Int {
    for index in 0..<rangeCount where ranges[index].start <= address && address < ranges[index].end {
      return Int(ranges[index].node)
    }
    return 0
  }

  /// The next address behind `address` at which another node's memory may begin; the last there is when there is none.
  func boundary(after address: UInt64) -> UInt64 {
    var next = UInt64.max
    for index in 0..<rangeCount {
      if ranges[index].start > address { next = min(next, ranges[index].start) }
      if ranges[index].end > address { next = min(next, ranges[index].end) }
    }
    return next
  }

  // MARK: - Made by the table's reader: all domains first

  /// Takes in a domain's number. Those beyond the sixteenth are left out.
  mutating func add(domain: UInt32) {
    var place = 0
    while place < domainCount, domains[place] < domain { place += 1 }
    guard domainCount < MachineTables.mostNodes, place == domainCount || domains[place] != domain else {
      return
    }
    var index = domainCount
    while index > place {
      domains[index] = domains[index - 1]
      index -= 1
    }
    domains[place] = domain
    domainCount += 1
  }

  mutating func assign(processor identifier: UInt32, toDomain domain: UInt32) {
    guard identifier < UInt32(ProcessorSet.identifiers.upperBound) else { return }
    processors[Int(identifier)] = node(ofDomain: domain)
  }

  mutating func assign(memoryAt start: UInt64, byteCount: UInt64, toDomain domain: UInt32) {
    guard byteCount > 0, rangeCount < MachineTables.mostMemoryRanges else { return }
    let (end, overflow) = start.addingReportingOverflow(byteCount)
    ranges[rangeCount] = Range(start: start, end: overflow ? .max : end, node: node(ofDomain: domain))
    rangeCount += 1
  }

  private func node(ofDomain domain: UInt32) -> UInt8 {
    for index in 0..<domainCount where domains[index] == domain { return UInt8(index) }
    return 0
  }
}
