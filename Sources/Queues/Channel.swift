/// Makes queues: a channel is created from a driver, a backend and properties.
///
///     let ends = try Channel<Order>.create(.link, over: .vec, QueueProperties(capacity: 1024), in: &arena).link()
///
/// Who may be at its ends is the driver's; how it stores messages is the backend's. A combination that is not in this
/// table does not compile.
public enum Channel<Message: ~Copyable> {}

/// One producer, one consumer.
public struct LinkDriver: Sendable { public static var link: LinkDriver { LinkDriver() } }
/// Many producers, one consumer: it subscribes to all of them.
public struct SubDriver: Sendable { public static var sub: SubDriver { SubDriver() } }
/// One producer, many consumers: it publishes to all of them.
public struct PubDriver: Sendable { public static var pub: PubDriver { PubDriver() } }

/// A fixed ring.
public struct VecBackend: Sendable { public static var vec: VecBackend { VecBackend() } }
