public import Buffers

extension PartitionSearch {
  /// Reads from `disk`, which nobody else uses now, until there is an answer.
  ///
  /// - Parameters:
  ///   - blocks: lends one block at a time, of at least `readSectorLimit` sectors.
  ///   - wait: returns when the disk may have something completed, and gives up on it (`cancelAll`) when it takes too long.
  public mutating func run<Disk: BlockPort & ~Copyable>(
    on disk: inout Disk, _ blocks: inout BlockPool, wait: (inout Disk) -> Void
  ) -> PartitionAnswer {
    while true {
      if let answer { return answer }
      guard let sectors = nextRead, let block = blocks.take() else {
        preconditionFailure("a search needs a block")
      }
      let count = Int(sectors.upperBound - sectors.lowerBound)
      if let refused = disk.submit(
        BlockRequest(.read, sector: sectors.lowerBound, sectorCount: count, block: block))
      {
        blocks.give(refused.block)
        takeFailure()
        continue
      }
      disk.flush()
      complete(with: &disk, &blocks, wait)
    }
  }

  private mutating func complete<Disk: BlockPort & ~Copyable>(
    with disk: inout Disk, _ blocks: inout BlockPool, _ wait: (inout Disk) -> Void
  ) {
    while true {
      guard let completion = disk.completion() else {
        wait(&disk)
        continue
      }
      take(completion)
      return blocks.give(completion.request.block)
    }
  }

  private mutating func take(_ completion: borrowing BlockCompletion) {
    if completion.status == .succeeded { take(completion.request.block.bytes) } else { takeFailure() }
  }
}
