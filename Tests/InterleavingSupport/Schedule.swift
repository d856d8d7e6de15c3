/// One interleaving, to be run again: for each step the thread, and where a load had a choice which value it saw.
public struct Schedule: Sendable, CustomStringConvertible {
  struct Step {
    let thread: Int
    let alternative: Int
  }

  let steps: [Step]

  init(steps: [Step]) { self.steps = steps }

  /// Reads what `description` gives; nothing when that is not one.
  public init?(_ text: String) {
    var steps: [Step] = []
    for word in text.split(separator: " ") {
      let numbers = word.split(separator: ".").map { Int($0) }
      guard (1...2).contains(numbers.count), let thread = numbers[0], thread < threadLimit else { return nil }
      guard let alternative = numbers.count == 2 ? numbers[1] : 0 else { return nil }
      steps.append(Step(thread: thread, alternative: alternative))
    }
    self.steps = steps
  }

  public var description: String {
    steps.map { $0.alternative == 0 ? "\($0.thread)" : "\($0.thread).\($0.alternative)" }.joined(
      separator: " ")
  }
}
