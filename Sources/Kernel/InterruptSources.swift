/// Which interrupt source is which, and how urgent. Source n comes as vector 32 + n.
enum InterruptSource {
  static let timer = 0
  static let disk = 1
  static let network = 2
  static let configuration = 3
  static let serial = 4
  /// Messages for an order core, and reports of order cores for the sessions core.
  static let orders = 5
  /// Entries for a journal core, and its progress for the sessions core.
  static let journal = 6
  /// What the core with the timers says.
  static let notices = 7
  /// For the core with the timers: a core that hangs, or somebody who wants a tick.
  static let timers = 8
  /// The duty of a core that has none yet.
  static let duty = 9

  /// As counters are printed.
  static func name(_ source: Int) -> StaticString {
    switch source {
    case timer: "timer"
    case disk: "disk"
    case network: "network"
    case configuration: "configuration"
    case serial: "serial"
    case orders: "orders"
    case journal: "journal"
    case notices: "notices"
    case timers: "timers"
    case duty: "duty"
    default: "other"
    }
  }
  static let count = 10
}
