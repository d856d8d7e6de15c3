public import Buffers

extension FakeDisk {
  /// One thing that happened at the disk.
  public struct Event: Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
      case submitted
      case completed(BlockCompletion.Status)
    }

    public let kind: Kind
    public let operation: BlockRequest.Operation
    public let sector: UInt64
    public let sectorCount: Int

    init(_ kind: Kind, _ request: borrowing BlockRequest) {
      self.kind = kind
      operation = request.operation
      sector = request.sector
      sectorCount = request.sectorCount
    }
  }

  /// Writes and flushes that succeeded, in the order of their completion.
  public var completedChanges: [Event] {
    log.filter { $0.kind == .completed(.succeeded) && $0.operation != .read }
  }
}

extension BlockRequest {
  /// What a write puts where.
  var sectors: [(UInt64, [UInt8])] {
    (0..<sectorCount).map { index in
      (sector + UInt64(index), block.read(Block.sectorByteCount, at: index * Block.sectorByteCount))
    }
  }
}

extension Block {
  func read(_ count: Int, at offset: Int) -> [UInt8] {
    // SAFETY: the bytes are copied before the closure ends.
    unsafe bytes.extracting(offset..<offset + count).withUnsafeBytes { unsafe [UInt8]($0) }
  }

  mutating func write(_ source: [UInt8], at offset: Int) {
    var target = buffer
    // SAFETY: the test disk's sectors lie inside the block, as the request's initializer has checked.
    unsafe target.withUnsafeMutableBytes { bytes in
      let range = offset..<offset + source.count
      unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[range]).copyBytes(from: source)
    }
  }
}

extension [UInt8] {
  func sector(_ sector: UInt64) -> [UInt8] {
    let start = Int(sector) * Block.sectorByteCount
    return [UInt8](self[start..<start + Block.sectorByteCount])
  }

  mutating func replaceSector(_ sector: UInt64, _ bytes: [UInt8]) {
    let start = Int(sector) * Block.sectorByteCount
    replaceSubrange(start..<start + bytes.count, with: bytes)
  }
}
