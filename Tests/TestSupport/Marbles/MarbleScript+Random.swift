extension MarbleScript {
  /// The text of a random script: messages with the symbols of `letters` alone and in groups, pauses, failures, and an
  /// end; `isOpen` leaves the end out once in a while.
  public static func random(
    of letters: String, isOpen: Bool = false, using random: inout SeededRandom
  ) -> String {
    let symbols = letters + letters + "#"
    var text = ""
    for _ in 0..<Int.random(in: 0...12, using: &random) {
      switch Int.random(in: 0..<4, using: &random) {
      case 0: text += "-"
      case 1:
        let group = (0..<Int.random(in: 1...4, using: &random)).map { _ in
          symbols.randomElement(using: &random)!
        }
        text += "(\(String(group)))"
      default: text.append(symbols.randomElement(using: &random)!)
      }
    }
    return isOpen && Int.random(in: 0..<5, using: &random) == 0 ? text : text + "|"
  }
}
