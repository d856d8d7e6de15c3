import Buffers

/// The queue on which a network device takes commands (Virtio 1.2, 5.1.6.5). One is given in a device's life, while it is
/// brought up. Context: boot.
struct CommandQueue: ~Copyable {
  /// How often the status is read while an answer is waited for. A read of a device register takes 100 ns at least, so
  /// this is more than 100 ms everywhere: QEMU answers in a thread that may have to wait for a processor.
  private static let answerPollLimit = 1_000_000
  /// Three parts of one command; queues have powers of two.
  private static let size: UInt16 = 4

  private var queue: Virtqueue<UInt16>
  private let memory: CommandMemory

  /// - Parameter number: 2 x the device's number of pairs (5.1.2).
  init(
    number: Int, of transport: borrowing some VirtioTransport & ~Copyable, in arena: inout Arena
  ) throws(VirtioError) {
    let size = try transport.usableSize(ofQueue: number, limit: Self.size)
    let queue = try Virtqueue<UInt16>(number: number, size: size, partCount: 3, in: &arena)
    let memory = try carving { () throws(ArenaError) in try CommandMemory(in: &arena) }
    self.queue = queue
    self.memory = memory
  }

  /// Tells a device that was started how many pairs of queues to use (VIRTIO_NET_CTRL_MQ_VQ_PAIRS_SET; 5.1.6.5.5), and
  /// waits until it has done so. From then on it may put frames into any of the receive queues.
  mutating func usePairs(
    _ count: Int, _ transport: inout some VirtioTransport & ~Copyable
  ) throws(VirtioError) {
    memory.prepare(class: 4, command: 0, data: UInt16(count))
    queue.submit(
      UInt16(count), header: memory.header, data: memory.data, dataIsWritable: false,
      status: memory.acknowledgementByte)
    _ = queue.publish()
    fenceStoresBeforeLoads()
    if queue.needsNotification() { try transport.doorbell(ofQueue: queue.number).ring() }
    guard waitForAnswer(transport), memory.acknowledgement == CommandMemory.acknowledged else {
      throw .commandRefused
    }
  }

  /// Whether the command came back in time.
  private mutating func waitForAnswer(_ transport: borrowing some VirtioTransport & ~Copyable) -> Bool {
    for _ in 0..<Self.answerPollLimit {
      if queue.completed() != nil { return true }
      if queue.isBroken || transport.status.contains(.needsReset) { return false }
    }
    return false
  }

  /// Tells a device where the queue is, before it is started.
  mutating func enable(
    _ transport: inout some VirtioTransport & ~Copyable, usesEventIndex: Bool, startingAt index: UInt16
  ) throws(VirtioError) {
    queue.restart(usesEventIndex: usesEventIndex, startingAt: index)
    try transport.enable(queue)
  }
}
