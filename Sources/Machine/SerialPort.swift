public import Streams
public import Timing

/// The first serial port, a 16550: bytes in as a stream, bytes out when there is room.
public struct SerialPort: Stream {
  /// Where PCs have had their first serial port since 1981, and which interrupt line it drives.
  static let base: UInt16 = 0x3F8
  public static let interruptLine = 4
  /// How often the transmitter is asked for room before a byte is given up: a machine without a port must not stop.
  static let patience = 100_000

  /// Sets 115,200 baud, 8 data bits, FIFOs on; interrupts for received bytes only.
  public init() {
    portWrite8(Self.base + 1, 0)
    portWrite8(Self.base + 3, 0x80)
    portWrite8(Self.base, 1)
    portWrite8(Self.base + 1, 0)
    portWrite8(Self.base + 3, 0x03)
    portWrite8(Self.base + 2, 0x07)
    portWrite8(Self.base + 4, 0x0B)
    portWrite8(Self.base + 1, 0x01)
  }

  /// The next byte received. Where there is no port all bits of its status are read as ones, and nothing is ever received.
  public mutating func poll(at now: Instant) -> Poll<UInt8, Never> {
    let status = portRead8(Self.base + 5)
    return status & 0x01 == 0 || status == 0xFF ? .pending : .ready(portRead8(Self.base))
  }

  /// Whether a byte can be sent without waiting.
  public static var hasRoom: Bool { portRead8(base + 5) & 0x20 != 0 }

  /// Sends one byte, waiting for room a bounded time.
  public static func write(_ byte: UInt8) {
    var attempts = 0
    while !hasRoom && attempts < patience { attempts += 1 }
    portWrite8(base, byte)
  }
}
