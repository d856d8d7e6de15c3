public import Buffers

/// A stream of bytes without boundaries: the backend Pipes.
public struct PipeBackend: Sendable { public static var pipe: PipeBackend { PipeBackend() } }

/// A pipe of whole messages, each behind its length: the backend Pipes, with framing.
public struct FramesBackend: Sendable {
  let prefix: FramePrefix

  public static func frames(_ prefix: FramePrefix) -> FramesBackend { FramesBackend(prefix: prefix) }
}

extension Channel where Message == UInt8 {
  public static func create(
    _ driver: LinkDriver, over backend: PipeBackend, _ properties: QueueProperties, in arena: inout Arena
  ) throws(QueueError) -> PipeLink<HardwareWord> {
    try PipeLink(properties, in: &arena)
  }

  public static func create(
    _ driver: LinkDriver, over backend: FramesBackend, _ properties: QueueProperties, in arena: inout Arena
  ) throws(QueueError) -> FramedPipe<HardwareWord> {
    try FramedPipe(properties, prefix: backend.prefix, in: &arena)
  }
}
