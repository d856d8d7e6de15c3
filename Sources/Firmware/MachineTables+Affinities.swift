import Wire

extension MachineTables {
  /// Reads the SRAT: the domains of processors and of memory (ACPI 6.5, 5.2.16). Structures that are not enabled say nothing.
  mutating func readAffinities(_ table: RawSpan) {
    var found = nodes
    table.forEachStructure(from: 48) { type, structure in
      if let affinity = Affinity(type, structure) { found.add(domain: affinity.domain) }
    }
    table.forEachStructure(from: 48) { type, structure in
      guard let affinity = Affinity(type, structure) else { return }
      switch affinity.subject {
      case .processor(let identifier): found.assign(processor: identifier, toDomain: affinity.domain)
      case .memory(let start, let byteCount):
        found.assign(memoryAt: start, byteCount: byteCount, toDomain: affinity.domain)
      }
    }
    nodes = found
  }
}

/// One structure of the SRAT.
private struct Affinity {
  enum Subject {
    case processor(UInt32)
    case memory(start: UInt64, byteCount: UInt64)
  }

  let domain: UInt32
  let subject: Subject

  /// Nothing when it is of another kind, too short, or not enabled.
  init?(_ type: UInt8, _ structure: RawSpan) {
    let enabled: UInt32
    switch (type, structure.byteCount) {
    case (0, 16...):  // ACPI 6.5, 5.2.16.1: the domain in two pieces
      let high: UInt32 = structure.littleEndian(at: 8)
      domain = UInt32(structure.byte(at: 2)) | high & 0xFFFF_FF00
      subject = .processor(UInt32(structure.byte(at: 3)))
      enabled = structure.littleEndian(at: 4)
    case (1, 40...):  // 5.2.16.2
      domain = structure.littleEndian(at: 2)
      subject = .memory(start: structure.littleEndian(at: 8), byteCount: structure.littleEndian(at: 16))
      enabled = structure.littleEndian(at: 28)
    case (2, 24...):  // 5.2.16.3
      domain = structure.littleEndian(at: 4)
      subject = .processor(structure.littleEndian(at: 8))
      enabled = structure.littleEndian(at: 12)
    default: return nil
    }
    guard enabled & 1 != 0 else { return nil }
  }
}
