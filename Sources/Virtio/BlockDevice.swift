public import Buffers

/// A virtio block device (Virtio 1.2, 5.2): requests are submitted, and complete in any order.
///
/// A request that the disk cannot serve (beyond its end, a write to a read-only disk) never reaches the device and
/// completes as failed. A device that breaks a rule is reset and brought up again, at most `recoveryLimit` times
/// without a completed request in between; everything in flight then completes as failed, and nothing is known
/// about the sectors concerned. A device that is given up fails all requests. Context: reactor.
public struct BlockDevice<Transport: VirtioTransport & ~Copyable>: ~Copyable {
  /// Resets in a row, with nothing completed in between, after which the device is given up.
  package static var recoveryLimit: Int { 8 }
  /// Descriptors of a request: header, data, status.
  static var partCount: Int { 3 }

  var transport: Transport
  var queue: Virtqueue<BlockRequest>
  var memory: BlockRequestMemory
  /// Requests that completed without the device, and how: the oldest at `localHead`.
  var local: Table<LocalCompletion?>
  var localHead = 0
  var localCount = 0
  var configuration: BlockConfiguration
  var recoveriesInARow = 0
  var completedAtRecovery: UInt64 = 0
  var watch = ProgressWatch()
  let firstRingIndex: UInt16

  /// Whether the device works; once false it stays so.
  public internal(set) var isUsable = true
  public internal(set) var counters = BlockCounters()

  /// Brings up the device behind `transport`. Context: boot.
  ///
  /// - Parameters:
  ///   - queueSizeLimit: the most elements of the queue, a power of two; a quarter of them are the
  ///     requests that can be in flight.
  ///   - firstRingIndex: where the rings start: 0 with any real device, another for tests of their wrap.
  public init(
    _ transport: consuming Transport, queueSizeLimit: UInt16 = 256, firstRingIndex: UInt16 = 0,
    in arena: inout Arena
  ) throws(VirtioError) {
    var transport = transport
    let configuration = try Self.negotiate(&transport)
    let size = try transport.usableSize(ofQueue: 0, limit: queueSizeLimit)
    var queue = try Virtqueue<BlockRequest>(number: 0, size: size, partCount: Self.partCount, in: &arena)
    let slotCount = queue.slots.count
    let memory = try carving { () throws(ArenaError) in
      try BlockRequestMemory(slotCount: slotCount, in: &arena)
    }
    let local = try carving { () throws(ArenaError) in
      try Table<LocalCompletion?>(count: Int(slotCount), in: &arena) { _ in nil }
    }
    try Self.start(&transport, &queue, configuration.features, firstRingIndex)
    self.memory = memory
    self.local = local
    self.transport = transport
    self.queue = queue
    self.configuration = configuration
    self.firstRingIndex = firstRingIndex
  }

  /// Requests that can be in flight at once.
  public var requestCapacity: Int { Int(queue.slotCount) }
  /// Requests submitted whose completion has not been taken.
  public var inFlightCount: Int { Int(queue.inFlightCount) + localCount }
  /// The most sectors of one request.
  public var requestSectorCount: Int { configuration.requestSectorCount }
  /// The unit the device prefers, in bytes.
  public var preferredByteCount: Int { configuration.preferredByteCount }
}

/// A request that completed without the device.
struct LocalCompletion: ~Copyable {
  var request: BlockRequest
  let status: BlockCompletion.Status
}

/// What a block device has been seen to do.
public struct BlockCounters: Sendable, Equatable {
  public var reads: UInt64 = 0
  public var writes: UInt64 = 0
  public var flushes: UInt64 = 0
  /// Completions by the device, whatever their status.
  public var completions: UInt64 = 0
  /// Completed as failed, by the device's word or without it.
  public var failures: UInt64 = 0
  /// Never shown to the device: beyond its end, too long, a write to a read-only disk, a flush it does not know.
  public var refusals: UInt64 = 0
  /// Completions whose length or status cannot be.
  public var malformedCompletions: UInt64 = 0
  /// Completions of what was not given, or of more than was given.
  public var brokenRings: UInt64 = 0
  /// Times the device was reset and brought up again.
  public var resets: UInt64 = 0
  public var doorbells: UInt64 = 0

  public init() {}
}

// It owns its queue and what is in it alone, and may go to the core that uses the disk.
extension BlockDevice: @unchecked Sendable where Transport: Sendable & ~Copyable {}
