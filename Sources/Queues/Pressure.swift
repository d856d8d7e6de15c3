/// Whether a queue holds more than its reader keeps up with.
public enum Pressure: Sendable {
  case on
  case off
}

/// Watermarks with their memory: pressure turns on at the high one and off at the low one, and each change is told once.
struct PressureGauge: Sendable {
  private let watermarks: Watermarks?
  private(set) var pressure = Pressure.off
  private var isChangeUntold = false

  init(_ watermarks: Watermarks?) { self.watermarks = watermarks }

  mutating func note(fill: Int) {
    guard let watermarks else { return }
    let before = pressure
    switch before {
    case .off: if fill >= watermarks.high { pressure = .on }
    case .on: if fill <= watermarks.low { pressure = .off }
    }
    // A change that was undone before anyone asked is nobody's concern any more.
    if pressure != before { isChangeUntold.toggle() }
  }

  mutating func takeChange() -> Pressure? {
    guard isChangeUntold else { return nil }
    isChangeUntold = false
    return pressure
  }
}
