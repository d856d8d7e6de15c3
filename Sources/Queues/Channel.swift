/// Makes queues: a channel is created from a driver, a backend and properties.
///
///     let ends = try Channel<Order>.create(.link, over: .vec, QueueProperties(capacity: 1024), in: &arena).link()
///     var producer = ends.producer  // for one task
///     var consumer = ends.consumer  // for another, on this core or on another one
///
/// Who may be at its ends is the driver's; how it stores messages is the backend's. A combination that is not in the
/// table of the module's documentation, `Queues.docc`, does not compile: the compiler says then that it cannot resolve
/// the driver or the backend.
public enum Channel<Message: ~Copyable> {}

/// One producer, one consumer (SPSC).
public struct LinkDriver: Sendable { public static var link: LinkDriver { LinkDriver() } }
/// Many producers, one consumer (MPSC): it subscribes to all of them.
public struct SubDriver: Sendable { public static var sub: SubDriver { SubDriver() } }
/// One producer, many consumers (SPMC): it publishes to all of them.
public struct PubDriver: Sendable { public static var pub: PubDriver { PubDriver() } }

/// A fixed ring.
public struct VecBackend: Sendable { public static var vec: VecBackend { VecBackend() } }
