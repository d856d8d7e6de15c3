public import Buffers

/// Linked nodes from a pool: the backend Link.
public struct NodesBackend: Sendable { public static var nodes: NodesBackend { NodesBackend() } }

extension Channel where Message: ~Copyable {
  public static func create(
    _ driver: LinkDriver, over backend: NodesBackend, _ properties: QueueProperties,
    from pool: NodePool<Message, HardwareWord>, in arena: inout Arena
  ) throws(QueueError) -> NodeLink<Message, HardwareWord> {
    try NodeLink(properties, from: pool, in: &arena)
  }

  public static func create(
    _ driver: SubDriver, over backend: NodesBackend, _ properties: QueueProperties,
    from pool: NodePool<Message, HardwareWord>, in arena: inout Arena
  ) throws(QueueError) -> NodeSub<Message, HardwareWord> {
    try NodeSub(properties, from: pool, in: &arena)
  }
}
