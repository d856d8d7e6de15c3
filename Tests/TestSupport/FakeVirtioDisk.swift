public import Virtio

/// What a block device does with its queue, step by step, as a test says.
public final class FakeVirtioDisk {
  public let device: FakeVirtioDevice
  public var sectors: [UInt8]
  /// Requests taken from the queue and not completed.
  public private(set) var pending: [FakeVirtioQueue.Chain] = []
  /// Requests done, by type: 0 read, 1 write, 4 flush.
  public private(set) var doneCounts: [UInt32: Int] = [:]
  private var resetsSeen = 0

  /// - Parameter sizeLimit: the largest segment in bytes, where the device says one.
  public init(
    features: VirtioFeatures = .version1 | .eventIndex | .blockFlush, queueSize: UInt32 = 32,
    sectorCount: Int = 256, claimedSectorCount: UInt64? = nil, sizeLimit: UInt32 = 0,
    preferredByteCount: UInt32 = 512
  ) {
    sectors = [UInt8](repeating: 0, count: sectorCount * 512)
    var configuration: [UInt8] = []
    func append(_ value: UInt64, byteCount: Int) {
      for index in 0..<byteCount { configuration.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
    }
    append(claimedSectorCount ?? UInt64(sectorCount), byteCount: 8)
    append(UInt64(sizeLimit), byteCount: 4)
    append(126, byteCount: 4)
    append(0, byteCount: 4)
    append(UInt64(preferredByteCount), byteCount: 4)
    device = FakeVirtioDevice(
      type: 2, features: features, queueSizes: [queueSize], configuration: configuration)
  }

  public var queue: FakeVirtioQueue {
    forgetWhenReset()
    guard let queue = device.queues[0] else { fatalError("the queue is not enabled") }
    return queue
  }

  private func forgetWhenReset() {
    guard resetsSeen != device.resetCount else { return }
    resetsSeen = device.resetCount
    pending = []
  }

  /// Takes all published requests.
  public func take() {
    let queue = queue
    while let chain = queue.pop() {
      let isShaped =
        chain.parts.count >= 2 && chain.parts.count <= 3 && chain.parts[0].byteCount == 16
        && !chain.parts[0].isWritable && chain.parts.last?.byteCount == 1
        && chain.parts.last?.isWritable == true
      if !isShaped { device.note(violation: "a request of \(chain.parts)") }
      pending.append(chain)
    }
  }

  /// The type and first sector of a request.
  public func header(of chain: FakeVirtioQueue.Chain) -> (type: UInt32, sector: UInt64) {
    let bytes = queue.read(chain)
    let words = (0..<4).map { word in
      (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[4 * word + $1]) << UInt32(8 * $1) }
    }
    if words[1] != 0 { device.note(violation: "a reserved field") }
    return (words[0], UInt64(words[2]) | UInt64(words[3]) << 32)
  }

  /// Does one of the requests taken, and completes it.
  ///
  /// - Parameters:
  ///   - status: what to say, where that is not the truth; nothing is done then.
  ///   - byteCount: what to say was written, where that is not the truth.
  public func complete(
    choice: Int = 0, sayingStatus status: UInt8? = nil, sayingByteCount byteCount: Int? = nil
  ) {
    forgetWhenReset()
    guard !pending.isEmpty else { return }
    let chain = pending.remove(at: choice % pending.count)
    if status == nil { execute(chain) }
    if status != 0xFF { queue.writeLast(status ?? 0, of: chain) }
    queue.complete(chain, byteCount: byteCount ?? chain.writableByteCount)
  }

  /// Takes and does everything.
  public func completeAll() {
    take()
    while !pending.isEmpty { complete() }
  }

  private func execute(_ chain: FakeVirtioQueue.Chain) {
    let (type, sector) = header(of: chain)
    doneCounts[type, default: 0] += 1
    let dataByteCount = chain.parts.count == 3 ? chain.parts[1].byteCount : 0
    let start = Int(sector) * 512
    switch type {
    case 0, 1:
      guard dataByteCount > 0, dataByteCount % 512 == 0, start + dataByteCount <= sectors.count else {
        return device.note(violation: "\(dataByteCount) bytes at sector \(sector)")
      }
      let range = start..<(start + dataByteCount)
      if type == 0 {
        queue.write(Array(sectors[range]), to: chain)
      } else {
        sectors.replaceSubrange(range, with: queue.read(chain).dropFirst(16))
      }
    case 4:
      if sector != 0 || dataByteCount != 0 { device.note(violation: "a flush of sector \(sector)") }
      if !device.acceptedFeatures.contains(.blockFlush) { device.note(violation: "a flush not agreed on") }
    default: device.note(violation: "a request of type \(type)")
    }
  }
}
