public import Buffers

/// A part of a disk as a disk of its own: its sectors are counted from 0, and none beyond it can be reached. The whole disk
/// is a part too, so that those who use it have one type for both.
///
/// A request beyond the part is put to the disk as one far beyond the disk's own end, which the disk fails as it fails all
/// such requests. Cost: an addition and two comparisons a request.
public struct DiskPart<Disk: BlockPort & ~Copyable>: BlockPort, ~Copyable {
  /// Added to the sector of a request that is to fail; no disk has so many.
  private static var beyond: UInt64 { 1 << 63 }

  /// All of it.
  public private(set) var disk: Disk
  private var firstSector: UInt64 = 0
  public private(set) var sectorCount: UInt64

  /// The whole disk.
  public init(wholeOf disk: consuming Disk) {
    sectorCount = disk.sectorCount
    self.disk = disk
  }

  /// Leaves only a partition of the part, inside of it, whose sector 0 is then the partition's. Nothing is in flight.
  public mutating func narrow(to place: PartitionPlace) {
    precondition(
      place.firstSector < sectorCount && place.sectorCount <= sectorCount &- place.firstSector,
      "a partition beyond its disk")
    firstSector &+= place.firstSector
    sectorCount = place.sectorCount
  }

  /// Gives the disk back. Nothing is in flight.
  public consuming func takeDisk() -> Disk { disk }

  public var isReadOnly: Bool { disk.isReadOnly }
  public var canFlush: Bool { disk.canFlush }

  // One copy in the image for boot and run: a call is nothing beside a request.
  @inline(__always)
  public mutating func submit(_ request: consuming BlockRequest) -> BlockRequest? {
    guard request.operation != .flush else { return disk.submit(request) }
    let isInside =
      request.sector < sectorCount && UInt64(request.sectorCount) <= sectorCount &- request.sector
    let sector = isInside ? request.sector &+ firstSector : request.sector | Self.beyond
    guard let returned = disk.submit(request.moved(to: sector)) else { return nil }
    return back(returned)
  }

  @inline(__always)
  public mutating func completion() -> BlockCompletion? {
    guard let completion = disk.completion() else { return nil }
    let status = completion.status
    return BlockCompletion(request: back(completion.request), status: status)
  }

  public mutating func armInterrupt() -> Bool { disk.armInterrupt() }

  public mutating func cancelAll() { disk.cancelAll() }

  public mutating func flush() { disk.flush() }

  /// The request as it was submitted.
  private func back(_ request: consuming BlockRequest) -> BlockRequest {
    guard request.operation != .flush else { return request }
    let sector = request.sector
    return request.moved(to: sector >= Self.beyond ? sector ^ Self.beyond : sector &- firstSector)
  }
}

extension DiskPart: Sendable where Disk: Sendable & ~Copyable {}

extension BlockRequest {
  /// The same for other sectors.
  fileprivate consuming func moved(to sector: UInt64) -> BlockRequest {
    let (operation, count) = (operation, sectorCount)
    return BlockRequest(operation, sector: sector, sectorCount: count, block: block)
  }
}
