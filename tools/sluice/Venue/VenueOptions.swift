import ArgumentParser
import Sessions
import Wire

/// Where the guest is.
struct VenueOptions: ParsableArguments {
  @Option(help: "The guest's address, or this machine's when QEMU forwards the port.")
  var host = "127.0.0.1"

  @Option(help: "The guest's UDP port, or the one forwarded to it.")
  var port: UInt16 = 26_400
}

extension ClientName {
  /// Pads up to ten printable ASCII characters with spaces; nothing for anything else, or for a blank name.
  init?(text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count <= Self.byteCount else { return nil }
    let padded = bytes + Array(repeating: UInt8(ascii: " "), count: Self.byteCount - bytes.count)
    self.init(padded.rawSpan, at: 0)
    guard isValid else { return nil }
  }

  /// The name without its padding.
  var text: String {
    let head = (0..<8).map { UInt8(truncatingIfNeeded: self.head >> UInt64(8 * $0)) }
    let tail = (0..<2).map { UInt8(truncatingIfNeeded: self.tail >> UInt16(8 * $0)) }
    var characters = head + tail
    while characters.last == UInt8(ascii: " ") { characters.removeLast() }
    return String(decoding: characters, as: UTF8.self)
  }
}
