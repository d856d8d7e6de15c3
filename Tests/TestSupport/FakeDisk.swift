public import Buffers

/// A disk in memory with a volatile write cache: what was written and not flushed is lost, torn or reordered
/// when the power goes. It can be told to fail, to be slow, and to lie.
@safe public final class FakeDisk: BlockPort {
  public let sectorCount: UInt64
  public var isReadOnly = false
  /// Without it a flush completes as unsupported, as on a device that does not offer it.
  public var canFlush = true
  /// A flush completes as succeeded and makes nothing durable: the disk that a journal cannot survive.
  public var ignoresFlushes = false
  /// Requests complete in random order instead of the order they were submitted in.
  public var completesOutOfOrder = false
  /// How often `completion()` answers "none" before a request completes.
  public var delay = 0
  /// More requests than this are given back by `submit`.
  public var queueLimit = 64
  /// The next requests that are to fail; each is used up by the first request it fits.
  public var faults: [Fault] = []
  /// What has happened, in order.
  public private(set) var log: [Event] = []

  var durable: [UInt8]
  /// Per sector all versions written since the last flush, oldest first.
  var cache: [UInt64: [[UInt8]]] = [:]
  var pending: [PendingRequest] = []
  var random: SeededRandom

  public init(sectorCount: UInt64, seed: UInt64 = 1) {
    self.sectorCount = sectorCount
    durable = [UInt8](repeating: 0, count: Int(sectorCount) * Block.sectorByteCount)
    random = SeededRandom(seed: seed)
  }

  /// A disk that holds `contents`, durable.
  public init(contents: [UInt8], seed: UInt64 = 1) {
    precondition(contents.count % Block.sectorByteCount == 0)
    sectorCount = UInt64(contents.count / Block.sectorByteCount)
    durable = contents
    random = SeededRandom(seed: seed)
  }

  /// What reading the whole disk gives.
  public var contents: [UInt8] {
    var bytes = durable
    for (sector, versions) in cache { bytes.replaceSector(sector, versions.last!) }
    return bytes
  }

  /// Changes what is on the disk behind everyone's back, durably.
  public func overwrite(sector: UInt64, with bytes: [UInt8]) {
    precondition(bytes.count % Block.sectorByteCount == 0)
    for index in 0..<bytes.count / Block.sectorByteCount { cache[sector + UInt64(index)] = nil }
    durable.replaceSector(sector, bytes)
  }

  /// Flips bits of one byte, durably.
  public func flip(byte offset: Int, mask: UInt8 = 0x01) {
    precondition(cache.isEmpty, "flush before flipping")
    durable[offset] ^= mask
  }

  public func submit(_ request: consuming BlockRequest) -> BlockRequest? {
    guard pending.count < queueLimit else { return request }
    log.append(Event(.submitted, request))
    pending.append(PendingRequest(request, delay: delay))
    return nil
  }

  public func completion() -> BlockCompletion? {
    guard !pending.isEmpty else { return nil }
    let index = completesOutOfOrder ? Int.random(in: pending.indices, using: &random) : 0
    guard pending[index].delay == 0 else {
      pending[index].delay -= 1
      return nil
    }
    let isCancelled = pending[index].isCancelled
    var request = pending.remove(at: index).take()
    let status = isCancelled ? cancel(&request) : perform(&request)
    log.append(Event(.completed(status), request))
    return BlockCompletion(request: request, status: status)
  }

  /// Whether a completion is there, or will be when it has been asked for often enough.
  public func armInterrupt() -> Bool { !pending.isEmpty }

  /// All that is pending completes as failed, done or not.
  public func cancelAll() {
    for request in pending { (request.isCancelled, request.delay) = (true, 0) }
  }

  public func flush() {}

  private func cancel(_ request: inout BlockRequest) -> BlockCompletion.Status {
    if Bool.random(using: &random) { _ = perform(&request) }
    return .failed
  }

  private func perform(_ request: inout BlockRequest) -> BlockCompletion.Status {
    if let index = faults.firstIndex(where: { $0.fits(request) }) { return faults.remove(at: index).status }
    guard request.sector <= sectorCount, UInt64(request.sectorCount) <= sectorCount - request.sector else {
      return .failed
    }
    switch request.operation {
    case .read: read(into: &request)
    case .write:
      guard !isReadOnly else { return .failed }
      for (sector, bytes) in request.sectors { cache[sector, default: []].append(bytes) }
    case .flush:
      guard canFlush, request.sector == 0, request.sectorCount == 0 else { return .unsupported }
      if !ignoresFlushes { makeDurable() }
    }
    return .succeeded
  }

  private func read(into request: inout BlockRequest) {
    for index in 0..<request.sectorCount {
      let sector = request.sector + UInt64(index)
      let bytes = cache[sector]?.last ?? durable.sector(sector)
      request.block.write(bytes, at: index * Block.sectorByteCount)
    }
  }

  private func makeDurable() {
    for (sector, versions) in cache { durable.replaceSector(sector, versions.last!) }
    cache = [:]
  }
}
