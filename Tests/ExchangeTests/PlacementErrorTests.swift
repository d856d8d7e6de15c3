import Exchange
import XCTest

/// Every fault, with its place. The mark of each case stands under the first byte that is meant.
final class PlacementErrorTests: XCTestCase {
  private typealias Case = (line: String, mark: String, word: String, kind: PlacementError.Kind)

  private func check(_ cases: [Case], coreCount: Int) {
    for (line, mark, word, kind) in cases {
      let start = mark.utf8.count - 1
      XCTAssertEqual(
        outcome(line, coreCount: coreCount), .refused(.cores(kind), start..<(start + word.utf8.count)), line)
      XCTAssertTrue(line.dropFirst(start).hasPrefix(word), "the case itself: \(line)")
    }
  }

  func testWhatCanNotBeRead() {
    check(
      [
        ("cores=", "^", "cores=", .noRoles),
        ("gw=0.0.0.0 cores= ip=x", "           ^", "cores=", .noRoles),
        ("cores=disk:0", "      ^", "disk", .unknownRole),
        ("cores=io:0,order:1", "           ^", "order", .unknownRole),
        ("cores=io:0,IO:1", "           ^", "IO", .unknownRole),
        ("cores=io:0,x", "           ^", "x", .unknownRole),
        ("cores=:0", "      ^", ":0", .unknownRole),
        ("cores=-1", "      ^", "-1", .unknownRole),
        ("cores=timers:1,interrupts", "               ^", "interrupts", .unknownRole),
        ("cores=io:0,orders:1,io:1", "                    ^", "io", .repeatedRole),
        ("cores=timers:interrupts,timers:0", "                        ^", "timers", .repeatedRole),
        ("cores=orders", "      ^", "orders", .roleWithoutCores),
        ("cores=orders:", "      ^", "orders", .roleWithoutCores),
        ("cores=io:0,orders:,timers:0", "           ^", "orders", .roleWithoutCores),
        ("cores=0,io:0", "      ^", "0", .coreWithoutRole),
        ("cores=1-2", "      ^", "1-2", .coreWithoutRole),
        ("cores=io:0,", "          ^", ",", .strayComma),
        ("cores=io:0,,orders:1", "           ^", ",", .strayComma),
        ("cores=,", "      ^", ",", .strayComma),
        ("cores=io:zero", "         ^", "zero", .unreadableCore),
        ("cores=io:0,1x", "           ^", "1x", .unreadableCore),
        ("cores=io:0,orders:1-", "                  ^", "1-", .unreadableCore),
        ("cores=orders:-1", "             ^", "-1", .unreadableCore),
        ("cores=orders:1-2-3", "             ^", "1-2-3", .unreadableCore),
        ("cores=orders:1;2", "             ^", "1;2", .unreadableCore),
        ("cores=orders:0001", "             ^", "0001", .unreadableCore),
        ("cores=orders:99999999999999999999", "             ^", "99999999999999999999", .unreadableCore),
        ("cores=io:interrupts", "         ^", "interrupts", .unreadableCore),
        ("cores=timers:interruptss", "             ^", "interruptss", .unreadableCore),
        ("cores=io:0,orders:16", "                  ^", "16", .coreBeyondLimit),
        ("cores=orders:1-16", "               ^", "16", .coreBeyondLimit),
        ("cores=orders:999", "             ^", "999", .coreBeyondLimit),
        ("cores=orders:3-1", "             ^", "3-1", .backwardRange),
        ("cores=orders:1,2,1", "                 ^", "1", .repeatedCore),
        ("cores=orders:1-1", "               ^", "1", .repeatedCore),
        ("cores=orders:1-3,2", "                 ^", "2", .repeatedCore),
        ("cores=orders:2,1-3", "               ^", "1-3", .repeatedCore),
        ("cores=orders:3,1-3", "                 ^", "3", .repeatedCore),
        ("cores=journal:1,2", "                ^", "2", .tooManyCores),
        ("cores=timers:1-2", "               ^", "2", .tooManyCores),
        ("cores=timers:1-3", "               ^", "3", .tooManyCores),
        ("cores=timers:interrupts,1", "                        ^", "1", .tooManyCores),
      ], coreCount: 16)
  }

  func testWhatTheMachineDoesNotHave() {
    check(
      [
        ("durability=none cores=io:0,orders:7", "                                  ^", "7", .noSuchCore),
        ("cores=orders:4,9,1", "             ^", "4", .noSuchCore),
        ("cores=orders:9,4,1", "             ^", "9", .noSuchCore),
        ("cores=orders:2-9", "               ^", "9", .noSuchCore),
        ("cores=journal:5,io:0,orders:9", "              ^", "5", .noSuchCore),
        ("cores=io:0,4", "           ^", "4", .noSuchCore),
        ("cores=timers:15", "             ^", "15", .noSuchCore),
        // A rule is looked at only when all cores exist.
        ("cores=io:1,orders:4", "                  ^", "4", .noSuchCore),
      ], coreCount: 4)
    check(
      [
        ("cores=orders:1", "             ^", "1", .noSuchCore),
        ("cores=io:0,1", "           ^", "1", .noSuchCore),
      ], coreCount: 1)
  }

  func testRulesThatAreBroken() {
    check(
      [
        ("cores=io:1", "         ^", "1", .sessionsCoreMissing),
        ("cores=orders:0,io:3,2", "                  ^", "3", .sessionsCoreMissing),
        ("cores=orders:0,1", "             ^", "0", .sessionsCoreAmongOrderCores),
        ("cores=orders:2,0", "               ^", "0", .sessionsCoreAmongOrderCores),
        ("cores=io:0,orders:0-3", "                  ^", "0", .sessionsCoreAmongOrderCores),
        ("cores=io:0-3", "         ^", "0", .noCoreForOrders),
        ("cores=timers:1,io:3,2,1,0", "                  ^", "3", .noCoreForOrders),
      ], coreCount: 4)
  }
}
