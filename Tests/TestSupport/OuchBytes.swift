/// The messages of OUCH 5.0 as plain bytes, written from the specification and not with the code under test.
///
/// All integers are big-endian; text is padded with spaces.
public enum OuchBytes {
  // MARK: - From the client

  public static func enter(
    _ reference: UInt32, _ side: Character = "B", _ quantity: UInt32 = 100, _ symbol: String = "ABC",
    at price: UInt64 = 1_000_000, timeInForce: Character = "0", display: Character = "Y",
    capacity: Character = "A", sweep: Character = "N", cross: Character = "N", id: String = "order",
    appendage: [UInt8] = []
  ) -> [UInt8] {
    [UInt8(ascii: "O")] + big(reference) + [code(side)] + big(quantity) + text(symbol, 8) + big(price)
      + [code(timeInForce), code(display), code(capacity), code(sweep), code(cross)] + text(id, 14)
      + big(UInt16(appendage.count)) + appendage
  }

  public static func replace(
    _ original: UInt32, with reference: UInt32, _ quantity: UInt32 = 100, at price: UInt64 = 1_000_000,
    timeInForce: Character = "0", display: Character = "Y", sweep: Character = "N", id: String = "replacement"
  ) -> [UInt8] {
    [UInt8(ascii: "U")] + big(original) + big(reference) + big(quantity) + big(price)
      + [code(timeInForce), code(display), code(sweep)] + text(id, 14) + big(UInt16(0))
  }

  public static func cancel(_ reference: UInt32, to quantity: UInt32 = 0) -> [UInt8] {
    [UInt8(ascii: "X")] + big(reference) + big(quantity)
  }

  public static let query: [UInt8] = [UInt8(ascii: "Q")]

  // MARK: - To the client

  /// - Parameter count: which order of its symbol's bucket it is, from 1.
  public static func accepted(
    _ enter: [UInt8], order count: UInt64, state: Character = "L", at time: UInt64
  ) -> [UInt8] {
    // Reference to price are as entered; then time in force, display; then capacity, sweep, cross; then the id.
    [UInt8(ascii: "A")] + big(time) + enter[1..<28] + big(number(count, of: enter[10..<18])) + enter[28..<31]
      + [code(state)]
      + enter[31..<45] + big(UInt16(0))
  }

  /// - Parameters:
  ///   - entered: the Enter of the chain's first order, for what a Replace does not carry.
  ///   - exposed: shares left.
  ///   - count: which order of its symbol's bucket it is, from 1.
  public static func replaced(
    _ replace: [UInt8], entered: [UInt8], exposed: UInt32, order count: UInt64, state: Character = "L",
    at time: UInt64
  ) -> [UInt8] {
    [UInt8(ascii: "U")] + big(time) + replace[1..<9] + [entered[5]] + big(exposed) + entered[10..<18]
      + replace[13..<23] + big(number(count, of: entered[10..<18])) + [
        entered[28], replace[23], code("N"), code(state),
      ]
      + replace[24..<38] + big(UInt16(0))
  }

  public static func canceled(
    _ reference: UInt32, decrement: UInt32, reason: Character = "U", at time: UInt64
  ) -> [UInt8] {
    [UInt8(ascii: "C")] + big(time) + big(reference) + big(decrement) + [code(reason)]
  }

  /// - Parameters:
  ///   - count: which match of its symbol's bucket it is, from 1.
  ///   - symbol: the eight bytes, padded.
  public static func executed(
    _ reference: UInt32, _ quantity: UInt32, at price: UInt64, liquidity: Character, match count: UInt64,
    of symbol: [UInt8] = text("ABC", 8), time: UInt64
  ) -> [UInt8] {
    [UInt8(ascii: "E")] + big(time) + big(reference) + big(quantity) + big(price) + [code(liquidity)]
      + big(number(count, of: symbol[...])) + big(UInt16(0))
  }

  public static func rejected(
    _ reference: UInt32, reason: UInt16, id: ArraySlice<UInt8>, at time: UInt64
  ) -> [UInt8] {
    [UInt8(ascii: "J")] + big(time) + big(reference) + big(reason) + id
  }

  public static func queryResponse(next reference: UInt32, at time: UInt64) -> [UInt8] {
    [UInt8(ascii: "Q")] + big(time) + big(reference)
  }

  // MARK: - Numbers of orders and matches

  /// The number of the `count`-th order or match of the bucket of a symbol, given as its eight bytes.
  public static func number(_ count: UInt64, of symbol: ArraySlice<UInt8>) -> UInt64 {
    count << 8 | bucket(of: symbol)
  }

  /// The bucket of a symbol: the top byte of its bytes, read as a little-endian integer, times a constant.
  public static func bucket(of symbol: ArraySlice<UInt8>) -> UInt64 {
    (symbol.reversed().big(0, as: UInt64.self) &* 0x4BA0_CE1D_B41D_CF77) >> 56
  }

  // MARK: - Parts

  public static func big<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    (0..<Value.bitWidth / 8).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  public static func text(_ text: String, _ count: Int) -> [UInt8] {
    precondition(text.utf8.count <= count)
    return [UInt8](text.utf8) + [UInt8](repeating: UInt8(ascii: " "), count: count - text.utf8.count)
  }

  static func code(_ character: Character) -> UInt8 { character.asciiValue! }
}

extension Collection<UInt8> {
  /// The big-endian integer at `offset` from the start.
  public func big<Value: FixedWidthInteger>(_ offset: Int, as type: Value.Type = Value.self) -> Value {
    var value: Value = 0
    for byte in dropFirst(offset).prefix(Value.bitWidth / 8) { value = value << 8 | Value(byte) }
    return value
  }
}
