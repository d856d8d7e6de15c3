import Buffers
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
    }
    writer.write("messages-unreachable", unreachableCount)
    writer.write("bucket-moves", moveCounters.moves)
    writer.write("bucket-moves-orders", moveCounters.orders)
    writer.write("bucket-move-longest-microseconds", moveCounters.longestMoveNanoseconds / 1_000)
    writer.write("bucket-move-longest-pause-microseconds", moveCounters.longestPauseNanoseconds / 1_000)
  }
}
