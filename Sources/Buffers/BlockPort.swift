/// A disk as the layers above see it: requests are submitted and complete later, in any order.
public protocol BlockPort: ~Copyable {
  /// The size of the disk in sectors of 512 bytes.
  var sectorCount: UInt64 { get }
  /// Whether the disk refuses writes.
  var isReadOnly: Bool { get }
  /// Whether the disk can be told to make all completed writes durable. Without it nothing is known to be.
  var canFlush: Bool { get }

  /// Queues a request; gives it back when there is no room for it now.
  mutating func submit(_ request: consuming BlockRequest) -> BlockRequest?

  /// The next completed request; nothing when there is none now.
  mutating func completion() -> BlockCompletion?

  /// Asks for an interrupt when a request completes. True when a completion is there already: take it first.
  mutating func armInterrupt() -> Bool

  /// Gives up on everything in flight: it all completes as failed, and may still have been done.
  mutating func cancelAll()

  /// Tells the device of all requests submitted since the last flush of the port.
  mutating func flush()
}

/// What is asked of a disk, with the memory it concerns. Owned: it comes back in its completion.
@frozen public struct BlockRequest: ~Copyable, Sendable {
  public enum Operation: Sendable {
    /// Fill the block's first sectors from the disk.
    case read
    /// Put the block's first sectors on the disk; not durable before a later `flush` has completed.
    case write
    /// Make all writes completed so far durable. Carries a block like the others, and leaves it as it is.
    case flush
  }

  public let operation: Operation
  /// The first sector; 0 for a flush.
  public let sector: UInt64
  /// How many sectors from the block's start are transferred; 0 for a flush.
  public let sectorCount: Int
  /// The memory that is read into or written from.
  public var block: Block

  public init(_ operation: Operation, sector: UInt64, sectorCount: Int, block: consuming Block) {
    precondition(sectorCount >= 0 && sectorCount * Block.sectorByteCount <= block.byteCount)
    self.operation = operation
    self.sector = sector
    self.sectorCount = sectorCount
    self.block = block
  }
}

/// A request that came back, and how it went.
@frozen public struct BlockCompletion: ~Copyable, Sendable {
  public enum Status: Sendable {
    case succeeded
    /// The device reported an error, or broke a rule: nothing is known about the sectors concerned.
    case failed
    /// The device does not know this operation.
    case unsupported
  }

  public var request: BlockRequest
  public let status: Status

  public init(request: consuming BlockRequest, status: Status) {
    self.request = request
    self.status = status
  }
}
