import Streams
import TestSupport
import XCTest

/// Operators that join streams, as marble tables: the sources, and what comes out.
final class JoiningOperatorTests: XCTestCase {
  func testMerge() {
    expect(
      row("a--b---|", "-x---y|", "ax-b-y-|") { $0.merge($1) },
      row("(abc)|", "(xyz)|", "(axbycz)|") { $0.merge($1) },
      row("(abcd)|", "(xy)---z|", "(axbycd)---z|") { $0.merge($1) },
      row("a|", "--", "a") { $0.merge($1) },
      row("|", "-x|", "-x|") { $0.merge($1) },
      row("a#|", "x#y|", "(ax)(##)y|") { $0.merge($1) },
      row("abcde|", "xyzuv|", "a--x--b--y--c--z--d--u--e--v--|", pace: .slowly) { $0.merge($1) },
      row("(abc)|", "(xyz)|", "(123)|", "(a1x2b3ycz)|") { $0.merge($1).merge($2) },
      marbleRow("(abc)--d|", "(xyz)#|", "(axbycz)#-d|") { $0.merge($1) })
  }

  func testMergeByPriority() {
    expect(
      row("a--b---|", "-x---y|", "ax-b-y-|") { $0.merge(byPriority: $1) },
      row("(abc)-d|", "(xyz)|", "(abcxyz)-d|") { $0.merge(byPriority: $1) },
      row("abcd|", "xy|", "a--b--c--d--x--y--|", pace: .slowly) { $0.merge(byPriority: $1) },
      row("-#|", "x#|", "x(##)|") { $0.merge(byPriority: $1) },
      row("(ab)|", "(xy)|", "(12)|", "(abxy12)|") { $0.merge(byPriority: $1).merge(byPriority: $2) },
      marbleRow("(abc)-d|", "(xyz)|", "(abcxyz)-d|") { $0.merge(byPriority: $1) })
  }

  func testZip() {
    expect(
      row("a-b--c|", "-x-y---z|", "-[ax]-[by]---([cz]|)") { $0.zip($1) { String([$0, $1]) } },
      row("(abc)|", "--x-y-|", "--[ax]-[by]-|", balance: .some) { $0.zip($1) { String([$0, $1]) } },
      row("a|", "(xyz)|", "[ax]|") { $0.zip($1) { String([$0, $1]) } },
      row("a#b|", "-x#y|", "-([ax]#)#([by]|)") { $0.zip($1) { String([$0, $1]) } },
      row("|", "x|", "|") { $0.zip($1) { String([$0, $1]) } },
      row("abc|", "xyz|", "[ax]--[by]--[cz]--|", pace: .slowly) { $0.zip($1) { String([$0, $1]) } },
      row("ab|", "xy|", "12|", "[ax1][by2]|") {
        $0.zip($1) { String([$0, $1]) }.zip($2) { $0 + String($1) }
      },
      marbleRow("(abc)|", "--x-y-|", "--[ax]-[by]-|") { $0.zip($1) { $0.marbleText() + $1.marbleText() } })
  }

  func testConcat() {
    expect(
      row("a-b|", "(xy)--z|", "a-b(xyz)|") { $0.concat($1) },
      row("a-b|", "(xy)----z|", "a-b(xy)-z|") { $0.concat($1) },
      row("|", "|", "|") { $0.concat($1) },
      row("a-", "x|", "a") { $0.concat($1) },
      row("a#|", "x#|", "a#(x#|)") { $0.concat($1) },
      row("a|", "x|", "1|", "a(x1|)") { $0.concat($1).concat($2) },
      marbleRow("a-b|", "(xy)----z|", "a-b(xy)-z|") { $0.concat($1) })
  }
}
