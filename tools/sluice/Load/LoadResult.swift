import Foundation
import Orders

/// What happened to the orders of a load.
struct LoadCounts {
  var sent = 0
  var answered = 0
  var rejected = 0
  var executed = 0
  var lost = 0
  var askedAgain = 0

  mutating func count(_ reply: OutboundReply) {
    switch reply {
    case .rejected: rejected += 1
    case .executed: executed += 1
    default: break
    }
  }
}

/// How far a load is.
struct LoadProgress {
  let share: Double
  let answered: Int
  let lost: Int
  let ordersPerSecond: Double
}

/// Times from an order's departure to its answer, in microseconds.
struct LatencySummary: Encodable {
  let p50: Double
  let p90: Double
  let p99: Double
  let p999: Double
  let highest: Double
}

/// What a load came to.
struct LoadResult: Encodable {
  let orders: Int
  let answered: Int
  let rejected: Int
  let executions: Int
  /// Orders that were never answered.
  let lostCount: Int
  /// Answers that the guest no longer kept when they were asked for again.
  let lostMessages: UInt64
  let askedAgain: Int
  let seconds: Double
  let ordersPerSecond: Double
  let latencyMicroseconds: LatencySummary

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  var text: String {
    let latency = latencyMicroseconds
    return """
      orders     \(orders) sent, \(answered) answered, \(rejected) rejected, \(executions) executions
      lost       \(lostCount) orders without an answer; asked \(askedAgain) times for messages again
      rate       \(Int(ordersPerSecond)) answered orders a second, for \(String(format: "%.2f", seconds)) s
      latency    p50 \(us(latency.p50))  p90 \(us(latency.p90))  p99 \(us(latency.p99))  \
      p99.9 \(us(latency.p999))  highest \(us(latency.highest))
      """
  }

  private func us(_ value: Double) -> String { "\(Int(value.rounded())) us" }
}
