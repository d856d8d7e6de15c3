/// A line on the terminal that fills up; nothing when standard error is no terminal.
struct ProgressBar {
  private static let width = 30
  private let isShown = errorOutputIsTerminal()

  func show(_ progress: LoadProgress) {
    guard isShown else { return }
    let filled = Int(progress.share * Double(Self.width))
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
    let lost = progress.lost > 0 ? ", \(progress.lost) lost" : ""
    writeToErrorOutput(
      "\r\u{1B}[K[\(bar)] \(Int(progress.share * 100)) %  \(progress.answered) answered, "
        + "\(Int(progress.ordersPerSecond)) a second\(lost)")
  }

  /// Takes the line away, so that the result stands alone.
  func clear() {
    if isShown { writeToErrorOutput("\r\u{1B}[K") }
  }
}
