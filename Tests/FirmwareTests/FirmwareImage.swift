import Firmware
import Foundation

/// Physical memory made for a test: bytes at addresses, in pieces.
struct FirmwareImage: PhysicalMemory {
  private(set) var pieces: [(start: UInt64, bytes: [UInt8])] = []

  @_lifetime(borrow self)
  func bytes(at address: UInt64, count: Int) -> RawSpan? {
    for index in pieces.indices {
      let start = pieces[index].start
      guard address >= start, address - start <= UInt64(pieces[index].bytes.count) else { continue }
      let offset = Int(address - start)
      guard count <= pieces[index].bytes.count - offset else { continue }
      // SAFETY: an array's bytes stay where they are until it is changed, which is not while the image is borrowed.
      let base = unsafe pieces[index].bytes.withUnsafeBytes { unsafe UInt(bitPattern: $0.baseAddress) }
      guard let start = unsafe UnsafeRawPointer(bitPattern: base + UInt(offset)) else { return nil }
      return unsafe _overrideLifetime(RawSpan(_unsafeStart: start, byteCount: count), borrowing: self)
    }
    return nil
  }

  /// Places bytes; what is placed first is found first.
  mutating func place(_ bytes: [UInt8], at address: UInt64) { pieces.append((address, bytes)) }

  /// Changes bytes anywhere, in any piece.
  mutating func change(piece: Int, offset: Int, to value: UInt8) { pieces[piece].bytes[offset] = value }

  /// Cuts a piece.
  mutating func cut(piece: Int, to count: Int) {
    pieces[piece].bytes.removeLast(pieces[piece].bytes.count - count)
  }

  /// Makes a piece's bytes add up to zero again, by the byte at `offset`.
  mutating func repair(piece: Int, checksumAt offset: Int) {
    pieces[piece].bytes[offset] = 0
    pieces[piece].bytes[offset] = 0 &- pieces[piece].bytes.reduce(0, &+)
  }
}

extension [UInt8] {
  /// The value's bytes, lowest first.
  static func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (Value(truncatingIfNeeded: $0) * 8)) }
  }

  /// With the byte at `offset` such that all add up to zero.
  func summing(at offset: Int) -> [UInt8] {
    var bytes = self
    bytes[offset] = 0
    bytes[offset] = 0 &- bytes.reduce(0, &+)
    return bytes
  }
}

/// Tables as firmware writes them.
enum Table {
  /// A table of ACPI: its header and what follows (ACPI 6.5, 5.2.6).
  static func acpi(_ signature: String, _ body: [UInt8]) -> [UInt8] {
    let header =
      Array(signature.utf8) + .little(UInt32(36 + body.count)) + [1, 0] + [UInt8](repeating: 0x41, count: 26)
    return (header + body).summing(at: 9)
  }

  static func rootPointer(rsdt: UInt32, xsdt: UInt64? = nil) -> [UInt8] {
    let first = (Array("RSD PTR ".utf8) + [0] + Array("SLUICE".utf8) + [xsdt == nil ? 0 : 2] + .little(rsdt))
      .summing(at: 8)
    guard let xsdt else { return first }
    return (first + .little(UInt32(36)) + .little(xsdt) + [0, 0, 0, 0]).summing(at: 32)
  }

  static func madt(_ structures: [[UInt8]]) -> [UInt8] {
    acpi("APIC", .little(UInt32(0xFEE0_0000)) + .little(UInt32(1)) + structures.flatMap { $0 })
  }

  static func localAPIC(_ identifier: UInt8, flags: UInt32 = 1) -> [UInt8] {
    [0, 8, identifier, identifier] + .little(flags)
  }

  static func localX2APIC(_ identifier: UInt32, flags: UInt32 = 1) -> [UInt8] {
    [9, 16, 0, 0] + .little(identifier) + .little(flags) + .little(identifier)
  }

  static func controller(_ address: UInt32, firstLine: UInt32) -> [UInt8] {
    [1, 12, 0, 0] + .little(address) + .little(firstLine)
  }

  static func override(_ line: UInt8, to global: UInt32, flags: UInt16 = 0) -> [UInt8] {
    [2, 10, 0, line] + .little(global) + .little(flags)
  }

  static func srat(_ structures: [[UInt8]]) -> [UInt8] {
    acpi("SRAT", .little(UInt32(1)) + [UInt8](repeating: 0, count: 8) + structures.flatMap { $0 })
  }

  static func processorAffinity(_ identifier: UInt8, domain: UInt32, flags: UInt32 = 1) -> [UInt8] {
    [0, 16, UInt8(truncatingIfNeeded: domain), identifier] + .little(flags) + [0]
      + Array([UInt8].little(domain)[1...]) + .little(UInt32(0))
  }

  static func processorAffinity(wide identifier: UInt32, domain: UInt32) -> [UInt8] {
    [2, 24, 0, 0] + .little(domain) + .little(identifier) + .little(UInt32(1)) + .little(UInt64(0))
  }

  static func memoryAffinity(_ start: UInt64, _ byteCount: UInt64, domain: UInt32, flags: UInt32 = 1)
    -> [UInt8]
  {
    [1, 40] + .little(domain) + [0, 0] + .little(start) + .little(byteCount) + .little(UInt32(0))
      + .little(flags)
      + .little(UInt64(0))
  }

  /// The pointer and the table of the MultiProcessor Specification.
  static func multiprocessorPointer(to table: UInt32) -> [UInt8] {
    (Array("_MP_".utf8) + .little(table) + [1, 4, 0, 0, 0, 0, 0, 0]).summing(at: 10)
  }

  static func multiprocessor(_ entries: [[UInt8]], count: Int? = nil) -> [UInt8] {
    let body = entries.flatMap { $0 }
    let header =
      Array("PCMP".utf8) + .little(UInt16(44 + body.count)) + [4, 0] + [UInt8](repeating: 0x20, count: 20)
      + .little(UInt32(0)) + .little(UInt16(0)) + .little(UInt16(count ?? entries.count))
      + .little(UInt32(0xFEE0_0000)) + .little(UInt32(0))
    return (header + body).summing(at: 7)
  }

  static func multiprocessorEntry(_ identifier: UInt8, flags: UInt8 = 1) -> [UInt8] {
    [0, identifier, 0x14, flags] + [UInt8](repeating: 0, count: 16)
  }

  static func multiprocessorController(_ address: UInt32) -> [UInt8] { [2, 9, 0x11, 1] + .little(address) }
}
