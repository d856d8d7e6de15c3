/// A function on the PCI bus and its configuration space, through ports 0xCF8 and 0xCFC (PCI 3.0, 3.2.2.3.2).
public struct PCIFunction: Sendable {
  public let bus: UInt8
  public let device: UInt8
  public let function: UInt8

  private static let addressPort: UInt16 = 0xCF8
  private static let dataPort: UInt16 = 0xCFC

  private func select(_ offset: Int) {
    precondition(offset >= 0 && offset < 256, "configuration space has 256 bytes")
    portWrite32(
      Self.addressPort,
      1 << 31 | UInt32(bus) << 16 | UInt32(device) << 11 | UInt32(function) << 8 | UInt32(offset & 0xFC))
  }

  public func read32(_ offset: Int) -> UInt32 {
    select(offset)
    return portRead32(Self.dataPort)
  }

  public func read16(_ offset: Int) -> UInt16 {
    select(offset)
    return portRead16(Self.dataPort + UInt16(offset & 2))
  }

  public func read8(_ offset: Int) -> UInt8 {
    select(offset)
    return portRead8(Self.dataPort + UInt16(offset & 3))
  }

  public func write32(_ value: UInt32, at offset: Int) {
    select(offset)
    portWrite32(Self.dataPort, value)
  }

  public func write16(_ value: UInt16, at offset: Int) {
    select(offset)
    portWrite16(Self.dataPort + UInt16(offset & 2), value)
  }

  public var vendorID: UInt16 { read16(0) }
  public var deviceID: UInt16 { read16(2) }

  /// Calls `body` with every function present, by bus, device and function number.
  ///
  /// Looks at bus 0, and at those up to the last one that a bridge leads to: the firmware numbers the bus behind a bridge
  /// higher than the one before it. A probe takes a microsecond or two under emulation, 32 a bus.
  public static func forEach(_ body: (PCIFunction) -> Void) {
    var bus: UInt8 = 0
    var last: UInt8 = 0
    while bus <= last {
      for device in 0..<32 {
        for function in 0..<8 {
          let candidate = PCIFunction(bus: bus, device: UInt8(device), function: UInt8(function))
          guard candidate.vendorID != 0xFFFF else {
            if function == 0 { break }
            continue
          }
          last = max(last, min(candidate.busBehind ?? 0, Self.lastBus))
          body(candidate)
          if function == 0 && !candidate.hasMoreFunctions { break }
        }
      }
      bus += 1
    }
  }

  /// Buses beyond are not looked at.
  private static let lastBus: UInt8 = 63
  private var headerType: UInt8 { read8(0x0E) }
  private var hasMoreFunctions: Bool { headerType & 0x80 != 0 }

  /// The number of the bus that it is a bridge to (PCI-to-PCI Bridge 1.2, 3.2.5.4); nothing when it is none.
  private var busBehind: UInt8? { headerType & 0x7F == 1 ? read8(0x19) : nil }

  /// Where the firmware put base address register `index`, and how much it decodes; nothing for a port range, an
  /// unused register, or one that can not be mapped. What lies above 4 GiB is mapped from then on. Memory decoding is off
  /// while the size is asked for.
  public func barAddress(_ index: Int) -> (base: UInt, byteCount: UInt)? {
    precondition(index >= 0 && index < 6, "a function has six base address registers")
    let offset = 0x10 + index * 4
    let low = read32(offset)
    guard low & 1 == 0 else { return nil }
    let is64Bit = low & 0b110 == 0b100 && index < 5
    let high = is64Bit ? read32(offset + 4) : 0
    let base = UInt(low & ~0xF) | UInt(high) << 32
    let byteCount = sizeOfBar(at: offset, low: low, high: is64Bit ? high : nil)
    guard base != 0, byteCount != 0 else { return nil }
    let isMapped =
      base < PageMap.mappedEnd
      ? byteCount <= PageMap.mappedEnd - base : PageMap.mapRegisters(at: base, byteCount: byteCount)
    return isMapped ? (base, byteCount) : nil
  }

  private func sizeOfBar(at offset: Int, low: UInt32, high: UInt32?) -> UInt {
    let command = read16(4)
    write16(command & ~0b11, at: 4)
    write32(.max, at: offset)
    var mask = UInt(read32(offset) & ~0xF)
    if let high {
      write32(.max, at: offset + 4)
      mask |= UInt(read32(offset + 4)) << 32
      write32(high, at: offset + 4)
    } else {
      mask |= UInt(0xFFFF_FFFF) << 32
    }
    write32(low, at: offset)
    write16(command, at: 4)
    return mask & 0xFFFF_FFFF == 0 ? 0 : ~mask &+ 1
  }
}
