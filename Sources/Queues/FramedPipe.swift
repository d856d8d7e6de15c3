public import Buffers

/// One producer, one consumer, a pipe of whole messages: each frame is its length, 2 or 4 bytes in little-endian order,
/// and then that many bytes.
///
/// A frame is written all or nothing, with one publication, and read where it lies. It is always in one piece: the ring
/// has a tail, as long as the longest frame, into which a frame that begins before the end of the ring goes on; the same
/// number of bytes at the ring's beginning is left out then. So nothing is padded or copied a second time, and a pipe
/// needs up to twice its capacity of memory. Every operation is wait-free, and O(bytes copied).
public struct FramedPipe<Word: SharedWord & ~Copyable>: ~Copyable {
  private let pipe: Pipe<Word>
  private let prefix: FramePrefix

  /// The capacity is in bytes, prefixes included; it must hold at least a prefix. Context: boot.
  public init(
    _ properties: QueueProperties, prefix: FramePrefix, in arena: inout Arena
  ) throws(QueueError) {
    guard properties.capacity >= prefix.byteCount else { throw .capacityOutOfRange(properties.capacity) }
    let longest = min(properties.capacity, prefix.byteCount + prefix.longestFrame)
    // A frame that begins at the ring's last byte has one byte there.
    pipe = try Pipe(properties, tailByteCount: longest - 1, in: &arena)
    self.prefix = prefix
  }

  /// The two ends. The pipe itself is gone then, so there cannot be a second producer.
  public consuming func link() -> Ends { Ends(pipe, prefix) }

  /// Both ends of a pipe, each to be moved to where it is used.
  @frozen public struct Ends: ~Copyable {
    public var writer: FramedPipeWriter<Word>
    public var reader: FramedPipeReader<Word>

    init(_ pipe: Pipe<Word>, _ prefix: FramePrefix) {
      writer = FramedPipeWriter(pipe, prefix)
      reader = FramedPipeReader(pipe, prefix)
    }
  }
}

/// How a frame's length is written.
public enum FramePrefix: Sendable {
  /// In 2 bytes: frames of up to 65,535 bytes.
  case twoBytes
  /// In 4 bytes: frames of up to 4,294,967,295 bytes, which is longer than any pipe.
  case fourBytes

  var byteCount: Int {
    switch self {
    case .twoBytes: 2
    case .fourBytes: 4
    }
  }

  /// Bytes of the longest frame whose length can be written.
  var longestFrame: Int { 1 << (8 * byteCount) - 1 }
}

/// Why a frame can never be written. The pipe is as it was.
public enum FrameError: Error, Equatable {
  /// Longer than its length can be written in the prefix.
  case beyondPrefix(byteCount: Int)
  /// Longer, with its prefix, than the pipe's capacity.
  case beyondCapacity(byteCount: Int)
}
