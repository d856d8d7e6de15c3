import Orders

// Prices, symbols and the rest as people write them.

extension Price {
  /// Reads a decimal number with at most four decimals, such as `10` or `10.25`.
  init?(text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let isDecimal = parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
    guard isDecimal, parts.count <= 2, let whole = UInt64(parts[0]), whole <= 1_000_000 else { return nil }
    let decimals = parts.count == 2 ? String(parts[1]) : "0"
    guard decimals.count <= 4, let fraction = UInt64(decimals.padding(to: 4)) else { return nil }
    self.init(tenThousandths: whole * 10_000 + fraction)
  }

  var text: String { "\(tenThousandths / 10_000)." + String(tenThousandths % 10_000).leftPadding(to: 4) }
}

extension Symbol {
  var text: String { Self.text((0..<8).map { UInt8(truncatingIfNeeded: rawValue >> UInt64(8 * $0)) }) }

  fileprivate static func text(_ bytes: [UInt8]) -> String {
    let text = String(decoding: bytes.map { $0 >= 0x20 && $0 < 0x7F ? $0 : UInt8(ascii: ".") }, as: UTF8.self)
    return String(text.reversed().drop { $0 == " " }.reversed())
  }
}

extension ClientOrderID {
  var text: String { Symbol.text((0..<Self.byteCount).map { byte(at: $0) }) }
}

extension SideCode {
  var text: String {
    switch self {
    case .buy: "buy"
    case .sell: "sell"
    case .sellShort: "sell short"
    case .sellShortExempt: "sell short exempt"
    default: "side \(rawValue)"
    }
  }
}

extension TimeInForce {
  var text: String {
    switch self {
    case .day: "day"
    case .immediateOrCancel: "ioc"
    default: "time in force \(rawValue)"
    }
  }
}

extension CancelReason {
  var text: String {
    switch self {
    case .user: "as asked"
    case .immediateOrCancel: "not traded at once"
    default: "reason \(Symbol.text([rawValue]))"
    }
  }
}

extension RejectReason {
  var text: String {
    switch self {
    case .display: "display"
    case .intermarketSweep: "intermarket sweep"
    case .side: "side"
    case .processingError: "processing error: a limit of the guest, or a full journal"
    case .other: "time in force or capacity"
    case .quantity: "quantity"
    case .cross: "cross"
    case .symbol: "symbol"
    case .price: "price"
    case .marketOrder: "market order"
    default: "reason"
    }
  }

  /// The code as the specification writes it.
  var code: String { "0x" + String(rawValue, radix: 16, uppercase: true).leftPadding(to: 4) }
}

extension String {
  func leftPadding(to count: Int) -> String {
    String(repeating: "0", count: max(0, count - self.count)) + self
  }

  /// Zeros behind, for decimals.
  func padding(to count: Int) -> String { self + String(repeating: "0", count: max(0, count - self.count)) }
}

/// Nanoseconds since midnight as a time of day.
func timeOfDay(_ nanoseconds: UInt64) -> String {
  let seconds = nanoseconds / 1_000_000_000
  let parts = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { String($0).leftPadding(to: 2) }
  return parts.joined(separator: ":") + "." + String(nanoseconds % 1_000_000_000).leftPadding(to: 9)
}
