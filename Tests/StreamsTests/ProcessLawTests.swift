import Orders
import Streams
import TestSupport
import XCTest

/// What holds of every process: the same messages lead to the same state, a failure leaves the state as it was, and
/// success says what the state is now.
final class ProcessLawTests: XCTestCase {
  /// Sends the same messages to processes made alike; gives back the laws that do not hold.
  private func brokenLaws<Machine: Streams.Process>(
    _ make: () -> Machine, sending messages: [Machine.Message]
  ) -> Set<String> where Machine.State: Equatable, Machine.Message: Copyable {
    // The third gets only what succeeded with the first: that is what a journal keeps.
    var (first, second, rebuilt) = (make(), make(), make())
    var broken: Set<String> = []
    for message in messages {
      let before = first.state
      switch first.send(message) {
      case .success(let state):
        if state != first.state { broken.insert("success tells the state") }
        _ = rebuilt.send(message)
      case .failure:
        if first.state != before { broken.insert("failure changes nothing") }
      }
      _ = second.send(message)
      if first.state != second.state { broken.insert("the same messages lead to the same state") }
    }
    if rebuilt.state != first.state { broken.insert("what succeeded is enough") }
    return broken
  }

  private func makeMessages(_ random: inout SeededRandom) -> [OrderProtocol] {
    (0..<40).map { _ in
      let size = UInt32.random(in: 0...120, using: &random)
      let price = Price(tenThousandths: .random(in: 0...3, using: &random))
      switch Int.random(in: 0..<9, using: &random) {
      case 0: return .request(id: 1, price: price, size: size, side: .buy)
      case 1, 2: return .ack
      case 3: return .reject
      case 4, 5: return .execute(size: size)
      case 6: return .cancel(size: size)
      case 7: return .replace(id: 2, price: price, size: size)
      default: return .unsolicitedCancel
      }
    }
  }

  func testTheOrderProcessKeepsTheLaws() {
    var random = SeededRandom()
    for _ in 0..<500 {
      let messages = makeMessages(&random)
      XCTAssertEqual(brokenLaws({ OrderProcess() }, sending: messages), [], "SEED=\(random.seed)")
    }
  }

  /// The controls: each law is seen to be broken.
  func testBrokenProcessesAreNoticed() {
    enum Refusal: Error { case odd }
    final class Shared { var sum = 0 }
    struct Broken: Streams.Process {
      let shared: Shared?
      let changesOnFailure: Bool
      let tellsTheOldState: Bool
      var state = 0

      mutating func send(_ message: Int) -> Result<Int, Refusal> {
        let before = state
        guard message % 2 == 0 else {
          if changesOnFailure { state += 1 }
          return .failure(.odd)
        }
        shared?.sum += message
        state += shared?.sum ?? message
        return .success(tellsTheOldState ? before : state)
      }
    }
    func laws(_ shared: Shared?, changing: Bool = false, lying: Bool = false) -> Set<String> {
      brokenLaws(
        { Broken(shared: shared, changesOnFailure: changing, tellsTheOldState: lying) },
        sending: [2, 3, 4, 5])
    }
    XCTAssertEqual(laws(nil), [])
    XCTAssertTrue(laws(Shared()).contains("the same messages lead to the same state"))
    XCTAssertTrue(laws(nil, changing: true).contains("failure changes nothing"))
    XCTAssertTrue(laws(nil, changing: true).contains("what succeeded is enough"))
    XCTAssertTrue(laws(nil, lying: true).contains("success tells the state"))
  }
}
