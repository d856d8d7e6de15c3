import TestSupport
import XCTest

extension XCTestCase {
  /// Fails at each row that complains.
  func expect(_ rows: MarbleRow...) {
    for row in rows where !row.complaints.isEmpty {
      XCTFail(row.complaints.joined(separator: "\n"), file: row.file, line: row.line)
    }
  }

  /// Fails when a row of a broken stream does not complain about `flaw`.
  func expect(_ flaw: String, in row: MarbleRow) {
    let isSeen = row.complaints.contains { $0.contains(flaw) }
    XCTAssertTrue(isSeen, "\(row.complaints)", file: row.file, line: row.line)
  }
}
