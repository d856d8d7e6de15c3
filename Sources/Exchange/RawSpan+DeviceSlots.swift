// Reads what Linux's kernel parameter of the same name takes (admin-guide/kernel-parameters, virtio_mmio.device), which
// hypervisors add to the command line for each device that they have without a bus.
import Firmware
import Wire

extension RawSpan {
  /// `SIZE@ADDRESS:INTERRUPT` or `SIZE@ADDRESS:INTERRUPT:NUMBER`, whose last number says nothing to us.
  func deviceSlot(_ range: Range<Int>) -> DeviceSlot? {
    let at = end(of: range, before: UInt8(ascii: "@"))
    let colon = end(of: at..<range.upperBound, before: UInt8(ascii: ":"))
    guard at < colon, colon < range.upperBound else { return nil }
    let rest = colon + 1..<range.upperBound
    let second = end(of: rest, before: UInt8(ascii: ":"))
    guard let byteCount = size(range.lowerBound..<at), let address = size(at + 1..<colon),
      let interrupt = wholeNumber(rest.lowerBound..<second, digits: 4),
      second == rest.upperBound || wholeNumber(second + 1..<rest.upperBound, digits: 9) != nil,
      byteCount > 0, !address.addingReportingOverflow(byteCount).overflow
    else { return nil }
    return DeviceSlot(address: address, byteCount: byteCount, interrupt: UInt32(interrupt))
  }

  /// A number that fills `range`: decimal or, behind `0x`, hexadecimal, and perhaps times 2^10, 2^20 or 2^30 by a last letter
  /// K, M or G.
  private func size(_ range: Range<Int>) -> UInt64? {
    guard !range.isEmpty else { return nil }
    let shift = shift(of: byte(at: range.upperBound - 1))
    let digits = range.lowerBound..<range.upperBound - (shift == 0 ? 0 : 1)
    let value: UInt64?
    if let hexadecimal = rest(of: digits, behind: "0x") {
      value = number(hexadecimal, base: 16)
    } else {
      value = number(digits, base: 10)
    }
    guard let value, value.leadingZeroBitCount >= shift else { return nil }
    return value << UInt64(shift)
  }

  private func shift(of letter: UInt8) -> Int {
    switch letter {
    case UInt8(ascii: "k"), UInt8(ascii: "K"): 10
    case UInt8(ascii: "m"), UInt8(ascii: "M"): 20
    case UInt8(ascii: "g"), UInt8(ascii: "G"): 30
    default: 0
    }
  }

  private func number(_ digits: Range<Int>, base: UInt64) -> UInt64? {
    guard !digits.isEmpty else { return nil }
    var value: UInt64 = 0
    for index in digits {
      guard let digit = digit(byte(at: index)), digit < base else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: base)
      guard !overflow, product <= .max - digit else { return nil }
      value = product + digit
    }
    return value
  }

  private func digit(_ letter: UInt8) -> UInt64? {
    switch letter {
    case 0x30...0x39: UInt64(letter - 0x30)
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(letter - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(letter - UInt8(ascii: "A")) + 10
    default: nil
    }
  }
}
