extension ClockChipReading {
  /// Registers that are read at most: an update takes 2 ms, and a chip that never comes to rest must not hold up the boot.
  private static let patience = 100_000

  /// What a chip says whose registers `register` reads: twice alike, so that no update falls between its parts. Nothing
  /// when it does not come to rest, or there is none.
  public static func steady(_ register: (_ number: UInt8) -> UInt8) -> ClockChipReading? {
    // Bit 6 of register D is always 0; where there is no chip, every bit is read as 1.
    guard register(0x0D) != 0xFF else { return nil }
    var previous: ClockChipReading?
    var readCount = 0
    while readCount < patience {
      readCount += 1
      guard register(0x0A) & 0x80 == 0 else { continue }
      let reading = ClockChipReading(register)
      if reading == previous { return reading }
      previous = reading
      readCount += registerCount
    }
    return nil
  }

  private static let registerCount = 8

  private init(_ register: (_ number: UInt8) -> UInt8) {
    seconds = register(0x00)
    minutes = register(0x02)
    hours = register(0x04)
    day = register(0x07)
    month = register(0x08)
    year = register(0x09)
    century = register(0x32)
    format = register(0x0B)
  }
}
