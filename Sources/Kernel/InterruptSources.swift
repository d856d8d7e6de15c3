/// Which interrupt source is which, and how urgent. Source n comes as vector 32 + n.
enum InterruptSource {
  static let timer = 0
  static let disk = 1
  static let network = 2
  static let configuration = 3
  static let serial = 4

  /// As counters are printed.
  static func name(_ source: Int) -> StaticString {
    switch source {
    case timer: "timer"
    case disk: "disk"
    case network: "network"
    case configuration: "configuration"
    case serial: "serial"
    default: "other"
    }
  }
  static let count = 5
}
