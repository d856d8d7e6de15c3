public import Buffers

extension FakeDisk {
  /// A request that is to go wrong.
  public struct Fault: Sendable {
    public var operation: BlockRequest.Operation
    /// Only a request that touches this sector; any when nothing.
    public var sector: UInt64?
    public var status: BlockCompletion.Status

    public init(
      _ operation: BlockRequest.Operation, sector: UInt64? = nil, status: BlockCompletion.Status = .failed
    ) {
      self.operation = operation
      self.sector = sector
      self.status = status
    }

    func fits(_ request: borrowing BlockRequest) -> Bool {
      guard request.operation == operation else { return false }
      guard let sector else { return true }
      return (request.sector..<request.sector + UInt64(request.sectorCount)).contains(sector)
    }
  }

  /// Cuts the power: requests under way are done in part or not at all, and of what was not flushed any
  /// sectors survive, each in any version. Gives the blocks of the requests back to `blocks`.
  public func cutPower(returningBlocksTo blocks: inout BlockPool) {
    for request in takePending() {
      let request = request.take()
      if request.operation == .write {
        for (sector, bytes) in request.sectors { cache[sector, default: []].append(bytes) }
      }
      blocks.give(request.block)
    }
    let survival = [0.0, 1.0, 0.5, 0.9, 0.1].randomElement(using: &random)!
    for sector in cache.keys.sorted() where Double.random(in: 0..<1, using: &random) < survival {
      durable.replaceSector(sector, cache[sector]!.randomElement(using: &random)!)
    }
    cache = [:]
  }

  /// Resets the machine but not the disk: requests under way are done or not, and the cache stays.
  public func resetMachine(returningBlocksTo blocks: inout BlockPool) {
    for request in takePending() {
      let request = request.take()
      if request.operation == .write, Bool.random(using: &random) {
        for (sector, bytes) in request.sectors { cache[sector, default: []].append(bytes) }
      }
      blocks.give(request.block)
    }
  }

  private func takePending() -> [PendingRequest] {
    defer { pending = [] }
    return pending
  }
}

/// A request under way; a class because an array holds no noncopyable values.
final class PendingRequest {
  private var request: BlockRequest?
  var delay: Int
  var isCancelled = false

  init(_ request: consuming BlockRequest, delay: Int) {
    self.request = consume request
    self.delay = delay
  }

  func take() -> BlockRequest { request.take()! }
}
