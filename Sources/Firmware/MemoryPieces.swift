/// A run of memory that can be used, all of it one node's.
public struct MemoryPiece: Sendable, Equatable {
  public var start: UInt64
  public var end: UInt64
  public var node: Int

  public var byteCount: UInt64 { end - start }

  public init(start: UInt64, end: UInt64, node: Int) {
    self.start = start
    self.end = end
    self.node = node
  }
}

/// The usable memory between two addresses, cut where a hole begins, and where another node's memory does.
public struct MemoryPieces: Sendable {
  /// More than that are not kept: the smallest are left out.
  public static let most = 32

  private var pieces: InlineArray<32, MemoryPiece> = InlineArray(
    repeating: MemoryPiece(start: 0, end: 0, node: 0))
  public private(set) var count = 0

  /// From `low` up to `high` at most.
  public init(_ ranges: MemoryRanges, from low: UInt64, to high: UInt64, _ nodes: NodeTable) {
    var start = low
    var open: MemoryPiece?
    while start < high {
      let end = min(high, min(ranges.boundary(after: start), nodes.boundary(after: start)))
      if ranges.isUsable(start) {
        let node = nodes.node(ofAddress: start)
        if open?.node == node {
          open?.end = end
        } else {
          close(&open)
          open = MemoryPiece(start: start, end: end, node: node)
        }
      } else {
        close(&open)
      }
      start = end
    }
    close(&open)
  }

  public subscript(index: Int) -> MemoryPiece {
    precondition(index >= 0 && index < count, "the piece is one of those there are")
    return pieces[index]
  }

  /// All of a node's memory, in bytes.
  public func byteCount(ofNode node: Int) -> UInt64 {
    var sum: UInt64 = 0
    for index in 0..<count where pieces[index].node == node { sum += pieces[index].byteCount }
    return sum
  }

  /// Takes out the largest piece of a node; nothing when the node has none left.
  public mutating func takeLargest(ofNode node: Int) -> MemoryPiece? {
    var largest: Int?
    for index in 0..<count where pieces[index].node == node {
      if largest == nil || pieces[index].byteCount > pieces[largest!].byteCount { largest = index }
    }
    guard let largest else { return nil }
    let piece = pieces[largest]
    count -= 1
    pieces[largest] = pieces[count]
    return piece
  }

  /// Keeps the piece that has come to its end, in place of the smallest one when there is no room.
  private mutating func close(_ open: inout MemoryPiece?) {
    guard let piece = open.take() else { return }
    if count < Self.most {
      pieces[count] = piece
      count += 1
      return
    }
    var smallest = 0
    for index in 1..<count where pieces[index].byteCount < pieces[smallest].byteCount { smallest = index }
    if piece.byteCount > pieces[smallest].byteCount { pieces[smallest] = piece }
  }
}
