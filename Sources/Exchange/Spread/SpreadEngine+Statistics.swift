import Buffers
import Scheduling
import Timing
public import Tracing

extension SpreadEngine {
  /// Of each order core what it has to do, and how moves of buckets went.
  public func writeStatistics<Writer: TextWriter & ~Copyable>(to writer: inout Writer) {
    for index in 0..<shardCount {
      writer.write("order-core-")
      writer.write(UInt64(index))
      writer.write("-messages-underway", UInt64(links[index].underwayCount))
      writer.write("order-core-")
      writer.write(UInt64(index))
      writer.write("-messages-done", links[index].doneCount)
      guard links[index].isHung else { continue }
      writer.write("order-core-")
      writer.write(UInt64(index))
      writer.write("-given-up", 1)
    }
    writer.write("messages-unreachable", unreachableCount)
    writer.write("bucket-moves", balancer.counters.moveCount)
    writer.write("bucket-moves-orders", movedOrderCount)
    writer.write("bucket-move-longest-microseconds", longestMove.nanoseconds / 1_000)
    writer.write("bucket-move-longest-pause-microseconds", balancer.counters.longestPause.nanoseconds / 1_000)
  }
}
