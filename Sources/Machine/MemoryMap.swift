public import Buffers
import Firmware

/// The free memory above the image that is mapped, by node: what the kernel carves from. Context: boot.
public struct MemoryMap: ~Copyable {
  private var pieces: MemoryPieces
  public let nodeCount: Int

  /// What the loader calls usable, up to the device registers at 3 GiB; memory above is not mapped, and not used.
  public init(_ startInfo: borrowing StartInfo, _ processors: FoundProcessors) {
    self.init(startInfo, processors.tables.nodes)
  }

  /// The same, all of it one node's.
  public init(_ startInfo: borrowing StartInfo) { self.init(startInfo, NodeTable()) }

  private init(_ startInfo: borrowing StartInfo, _ nodes: NodeTable) {
    pieces = MemoryPieces(
      startInfo.memoryRanges, from: UInt64(Image.end), to: UInt64(PageMap.deviceStart), nodes)
    nodeCount = nodes.count
  }

  /// Bytes of a node that have not been handed out, all its pieces together.
  public func byteCount(ofNode node: Int) -> UInt64 { pieces.byteCount(ofNode: node) }

  /// Hands out the largest piece of a node's memory that is left; nothing when there is none.
  public mutating func takeArena(ofNode node: Int) -> Arena? {
    guard let piece = pieces.takeLargest(ofNode: node),
      let base = unsafe UnsafeMutableRawPointer(bitPattern: UInt(piece.start))
    else { return nil }
    // SAFETY: the loader says that the memory is usable, it lies above the image, and it is handed out only this once.
    return unsafe Arena(base: base, byteCount: Int(piece.byteCount))
  }
}
