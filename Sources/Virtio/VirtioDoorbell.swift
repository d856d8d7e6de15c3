/// The doorbell of one queue, apart from the transport: a queue that another core owns has its own.
public protocol VirtioDoorbell: Sendable {
  /// Tells the device that there is something new in the queue.
  func ring()
}
