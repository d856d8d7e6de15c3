import TestSupport

/// A message that cannot be copied; its tally knows how many of them there are.
struct TalliedMessage: ~Copyable {
  final class Tally { fileprivate(set) var alive = 0 }
  let number: Int
  private let tally: Tally

  init(_ number: Int, _ tally: Tally) {
    self.number = number
    self.tally = tally
    tally.alive += 1
  }

  deinit { tally.alive -= 1 }
}

/// Drops a message and tells its number, when there is one.
func number(of message: consuming TalliedMessage?) -> Int? {
  guard let message = consume message else { return nil }
  return message.number
}
