public import Buffers

/// The path of every request.
extension BlockDevice: BlockPort where Transport: ~Copyable {
  public var sectorCount: UInt64 { configuration.sectorCount }
  public var isReadOnly: Bool { configuration.features.contains(.blockReadOnly) }
  public var canFlush: Bool { configuration.features.contains(.blockFlush) }

  /// Queues a request; gives it back when as many as the queue takes are in flight.
  public mutating func submit(_ request: consuming BlockRequest) -> BlockRequest? {
    guard inFlightCount < requestCapacity else { return request }
    if let status = refusal(of: request) {
      counters.refusals &+= 1
      completeLocally(request, status)
      return nil
    }
    count(request)
    let slot = queue.nextSlot
    memory.prepare(slot, type: Self.type(of: request.operation), sector: request.sector)
    let data = request.sectorCount == 0 ? nil : DeviceMemory.sectors(request.sectorCount, of: request.block)
    let isRead = request.operation == .read
    queue.submit(
      request, header: memory.header(of: slot), data: data, dataIsWritable: isRead,
      status: memory.statusByte(of: slot))
    return nil
  }

  public mutating func completion() -> BlockCompletion? {
    if localCount > 0 { return localCompletion() }
    if let completion = queue.completed() {
      counters.completions &+= 1
      let status = self.status(
        of: completion.payload, slot: completion.slot, writtenByteCount: Int(completion.writtenByteCount))
      if status == .failed { counters.failures &+= 1 }
      return BlockCompletion(request: completion.payload, status: status)
    }
    guard queue.isBroken && isUsable else { return nil }
    recover()
    return localCompletion()
  }

  public mutating func flush() {
    guard queue.publish() else { return }
    fenceStoresBeforeLoads()
    if queue.needsNotification() {
      counters.doorbells &+= 1
      transport.notify(queue: 0)
    }
  }

  /// Why a request cannot be put to the device; nothing when it can.
  private mutating func refusal(of request: borrowing BlockRequest) -> BlockCompletion.Status? {
    guard isUsable else { return .failed }
    switch request.operation {
    case .flush:
      guard canFlush else { return .unsupported }
      return request.sector == 0 && request.sectorCount == 0 ? nil : .failed
    case .read, .write:
      guard request.operation == .read || !isReadOnly else { return .failed }
      guard request.sectorCount > 0, request.sectorCount <= requestSectorCount else { return .failed }
      guard request.sector < sectorCount else { return .failed }
      return UInt64(request.sectorCount) <= sectorCount - request.sector ? nil : .failed
    }
  }

  private mutating func count(_ request: borrowing BlockRequest) {
    switch request.operation {
    case .read: counters.reads &+= 1
    case .write: counters.writes &+= 1
    case .flush: counters.flushes &+= 1
    }
  }

  /// The request's type on the wire (Virtio 1.2, 5.2.6).
  private static func type(of operation: BlockRequest.Operation) -> UInt32 {
    switch operation {
    case .read: 0
    case .write: 1
    case .flush: 4
    }
  }

  /// What the device says of a request. A read whose data it does not claim to have written has failed.
  private mutating func status(
    of request: borrowing BlockRequest, slot: UInt, writtenByteCount: Int
  ) -> BlockCompletion.Status {
    switch memory.status(of: slot) {
    case 0:
      let expected = request.operation == .read ? request.sectorCount * Block.sectorByteCount : 0
      if writtenByteCount >= expected { return .succeeded }
    case 1: return .failed
    case 2: return .unsupported
    default: break
    }
    counters.malformedCompletions &+= 1
    return .failed
  }
}
