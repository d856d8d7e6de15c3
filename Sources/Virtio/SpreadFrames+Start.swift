public import Buffers
public import Queues

/// Bringing up a device with several pairs of queues (Virtio 1.2, 5.1.5 and 5.1.6.5.5).
extension SpreadFrames where Transport: ~Copyable {
  /// Brings up the device behind `transport`, with several pairs of queues if it has them. Context: boot.
  ///
  /// - Parameters:
  ///   - wantedPairs: one for each core that is to receive, 1 or more; `pairCount` says how many there are.
  ///   - queueSizeLimit: the most frames each queue holds, a power of two.
  ///   - firstRingIndex: where the rings start: 0 with any real device, another for tests of their wrap.
  public init(
    _ transport: consuming Transport, wantedPairs: Int, queueSizeLimit: UInt16 = 256,
    firstRingIndex: UInt16 = 0, in arena: inout Arena
  ) throws(VirtioError) {
    precondition(wantedPairs > 0, "there is a core that receives")
    let plan = PairsPlan(
      count: min(wantedPairs, Self.mostPairs), queueSizeLimit: queueSizeLimit, firstRingIndex: firstRingIndex)
    var transport = transport
    var start: PairsStart?
    do throws(VirtioError) {
      var agreed = try PairsStart(&transport, plan, in: &arena)
      try agreed.start(&transport, firstRingIndex: firstRingIndex)
      start = consume agreed
    } catch {
      // Nothing has been received into yet: the device is reset and gets the one pair it needs.
      start = nil
    }
    guard let start = start.take() else {
      let none = try carving { () throws(ArenaError) in try PairsStart.Tables(count: 0, in: &arena) }
      let device = try NetworkDevice(
        transport, queueSizeLimit: queueSizeLimit, firstRingIndex: firstRingIndex, in: &arena)
      self.init(device, none.transmit, none.receive, none.links)
      return
    }
    let device = NetworkDevice(
      transport, start.receiveQueue, start.transmitQueue, start.pool, start.configuration, firstRingIndex,
      isRestartable: false)
    self.init(device, start.tables.transmit, start.tables.receive, start.tables.links)
  }

  /// Takes out the part of a receive queue that belongs on a core of its own. Context: boot.
  ///
  /// - Parameters:
  ///   - number: 1 to `pairCount - 1`; each can be had once.
  ///   - wakingSessions: how this core is woken when a frame comes from there.
  ///   - wakingReceiver: how that core is woken when a frame comes home and the device has few.
  ///   - arena: for the frames; best of that core's memory.
  public mutating func makeReceiver(
    ofQueue number: Int, wakingSessions: WaitStrategy, wakingReceiver: WaitStrategy, in arena: inout Arena
  ) throws(VirtioError) -> FrameReceiver<Transport.Doorbell> {
    precondition(number > 0 && number < pairCount, "the device has no such receive queue")
    guard let queue = receiveQueues[number - 1].take() else {
      preconditionFailure("the receive queue belongs to a core already")
    }
    let frameCount = Int(queue.slotCount) + NetworkDevice<Transport>.spareFrameCount
    let pool = try carving { () throws(ArenaError) in
      try FramePool(count: frameCount, number: number, in: &arena)
    }
    let links = try ReceiverLinks(
      frameCount: frameCount, wakingSessions: wakingSessions, wakingReceiver: wakingReceiver, in: &arena)
    let doorbell = try first.transport.doorbell(ofQueue: queue.number)
    self.links[number - 1] = ReceiverLink(arrivals: links.there.consumer, home: links.back.producer)
    return FrameReceiver(queue, pool, doorbell, links.there.producer, links.back.consumer)
  }
}
