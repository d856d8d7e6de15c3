import Buffers
import Queues

/// All that can be measured.
enum Table {
  static var measurements: [Entry] { links }
  static var stresses: [Entry] { [] }

  private static let properties = QueueProperties(capacity: capacity)

  private static var links: [Entry] {
    LinkOperations(make: { vecLink(of: UInt64.self) }).entries("VecLink")
      + LinkOperations(make: { vecLink(of: Line.self) }).entries("VecLink")
  }

  private static func vecLink<Message: Payload>(
    of _: Message.Type
  ) -> Ends<VecLinkProducer<Message, HardwareWord>, VecLinkConsumer<Message, HardwareWord>> {
    var arena = freshArena()
    let ends = made { () throws(QueueError) in
      try Channel<Message>.create(.link, over: .vec, properties, in: &arena)
    }.link()
    return Ends(ends.producer, ends.consumer)
  }

  /// What cannot fail with the properties and the memory given here.
  private static func made<Made: ~Copyable>(_ make: () throws(QueueError) -> Made) -> Made {
    do { return try make() } catch { fatalError("a queue could not be made: \(error)") }
  }
}
