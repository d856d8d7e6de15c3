import Streams
import TestSupport
import Timing
import XCTest

/// What holds of every list, and of lists and streams as each other's duals.
final class ListLawTests: XCTestCase {
  private typealias Numbers = InlineList<9, Int>
  private typealias Marbles = InlineList<9, Marble>

  /// The laws that a list breaks which should hold `expected`.
  private func brokenLaws<Some: List>(_ list: Some, _ expected: [Int]) -> Set<String>
  where Some.Message == Int {
    var broken: Set<String> = []
    if list.tail().drained() != expected { broken.insert("what is in it comes out in order") }
    if list.stream().list().drained() != expected { broken.insert("turned a stream and back it is the list") }
    if list.count != expected.count || list.isEmpty != expected.isEmpty {
      broken.insert("it counts what is in it")
    }
    var (list, rest) = (list, expected)
    var stream = list.stream()
    while !rest.isEmpty {
      let head = rest.removeFirst()
      if list.head() != head { broken.insert("the head is the first") }
      if list.tail().drained() != rest { broken.insert("the tail after the head is the rest") }
      if stream.head(at: .zero).message != head { broken.insert("the stream's head is the list's") }
      if list.count != rest.count { broken.insert("it counts what is in it") }
    }
    if list.head() != nil || list.head() != nil { broken.insert("the empty list stays empty") }
    if !stream.head(at: .zero).isEnd || !stream.head(at: .zero).isEnd {
      broken.insert("an ended stream stays so")
    }
    return broken
  }

  /// A list whose first place is anywhere.
  private func numbers(_ expected: [Int], _ random: inout SeededRandom) -> Numbers {
    var list = Numbers()
    for _ in 0..<Int.random(in: 0...9, using: &random) {
      XCTAssertNil(list.append(0))
      XCTAssertEqual(list.head(), 0)
    }
    for number in expected { XCTAssertNil(list.append(number)) }
    return list
  }

  func testAnInlineListKeepsTheLaws() {
    var random = SeededRandom()
    for _ in 0..<300 {
      let expected = (0..<Int.random(in: 0...9, using: &random)).map { _ in
        Int.random(in: 0...9, using: &random)
      }
      XCTAssertEqual(brokenLaws(numbers(expected, &random), expected), [], "SEED=\(random.seed)")
    }
    XCTAssertEqual(brokenLaws(InlineList<0, Int>(), []), [])
  }

  func testAFullListGivesTheMessageBack() {
    var list = InlineList<2, Int>()
    XCTAssertEqual([list.append(1), list.append(2), list.append(3)], [nil, nil, 3])
    XCTAssertEqual(list.drained(), [1, 2])
    var none = InlineList<0, Int>()
    XCTAssertEqual(none.append(1), 1)
  }

  func testMarblesGoFromListToStreamAndBack() {
    let population = MarblePopulation()
    var list = Marbles()
    for symbol in "abcdef" { XCTAssertTrue(list.append(Marble(symbol, of: population)) == nil) }
    var stream = list.stream()
    let head = stream.head(at: .zero).marbleText()
    XCTAssertEqual(head, "a")
    var collected = InlineList<3, Marble>()
    XCTAssertEqual(stream.collect(into: &collected, at: .zero), .full)
    XCTAssertEqual(population.alive, 5)
    let (middle, rest) = (collected.marbleText(), stream.list().marbleText())
    XCTAssertEqual([middle, rest], ["bcd", "ef"])
    XCTAssertEqual(population.alive, 0)
  }

  func testAListThatIsDroppedDropsWhatIsInIt() {
    let population = MarblePopulation()
    do {
      var list = Marbles()
      for symbol in "abc" { XCTAssertTrue(list.append(Marble(symbol, of: population)) == nil) }
      XCTAssertEqual(population.alive, 3)
    }
    XCTAssertEqual(population.alive, 0)
  }

  func testCollectingSaysWhyItStopped() {
    var list = InlineList<3, Character>()
    var stream = MarbleSource<Character>("a#b-c|")
    XCTAssertEqual(stream.collect(into: &list, at: .zero), .pending)
    XCTAssertEqual(stream.collect(into: &list, at: MarbleScript.instant(ofTick: 2)), .failed(MarbleFailure()))
    XCTAssertEqual(list.count, 1)
    XCTAssertEqual(stream.collect(into: &list, at: MarbleScript.instant(ofTick: 5)), .full)
    XCTAssertEqual(list.marbleText(), "abc")
    var rest = InlineList<3, Character>()
    XCTAssertEqual(stream.collect(into: &rest, at: MarbleScript.instant(ofTick: 5)), .ended)
    XCTAssertTrue(rest.isEmpty)
  }

  /// The controls: each law is seen to be broken.
  func testBrokenListsAreNoticed() {
    struct Broken: List {
      enum Flaw { case none, stack, repeating, lying, endless }
      let flaw: Flaw
      var rest = [1, 2, 3]
      var count: Int { flaw == .lying ? 3 : rest.count }

      mutating func head() -> Int? {
        if rest.isEmpty { return flaw == .endless ? 0 : nil }
        if flaw == .repeating, rest.count == 2 { return rest[0] }
        return flaw == .stack ? rest.removeLast() : rest.removeFirst()
      }
    }
    func laws(_ flaw: Broken.Flaw) -> Set<String> { brokenLaws(Broken(flaw: flaw), [1, 2, 3]) }
    XCTAssertEqual(laws(.none), [])
    XCTAssertTrue(
      laws(.stack).isSuperset(of: ["what is in it comes out in order", "the stream's head is the list's"]))
    XCTAssertTrue(laws(.stack).contains("turned a stream and back it is the list"))
    XCTAssertTrue(laws(.repeating).contains("the tail after the head is the rest"))
    XCTAssertEqual(laws(.lying), ["it counts what is in it"])
    XCTAssertTrue(laws(.endless).isSuperset(of: ["the empty list stays empty", "an ended stream stays so"]))
  }
}

extension List where Self: ~Copyable, Message: Copyable {
  /// All that is in it, and no more than a hundred.
  fileprivate consuming func drained() -> [Message] {
    var messages: [Message] = []
    while messages.count < 100, let message = head() { messages.append(message) }
    return messages
  }
}

extension Poll where Message: Copyable {
  fileprivate var isEnd: Bool {
    if case .ended = self { true } else { false }
  }

  fileprivate var message: Message? {
    if case .ready(let message) = self { message } else { nil }
  }
}

extension Poll where Message: MarbleText & ~Copyable {
  fileprivate consuming func marbleText() -> String {
    switch consume self {
    case .ready(let message): message.marbleText()
    default: ""
    }
  }
}
