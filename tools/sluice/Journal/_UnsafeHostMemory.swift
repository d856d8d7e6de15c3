// Arenas and blocks are raw memory; on the host it comes from the heap and from files.
import Buffers
import Glibc

/// Memory of the host for the kernel's tables. It stays until the program ends.
enum HostMemory {
  static func arena(byteCount: Int) -> Arena {
    // SAFETY: the memory was just allocated and is never freed.
    unsafe Arena(base: .allocate(byteCount: byteCount, alignment: 4096), byteCount: byteCount)
  }
}

/// A disk image on the host, only read.
struct FileDisk: BlockPort, ~Copyable {
  private let descriptor: Int32
  let sectorCount: UInt64
  private var completed: BlockCompletion?

  var isReadOnly: Bool { true }
  var canFlush: Bool { false }

  /// - Throws: when the file cannot be read.
  init(path: String) throws(CommandFailure) {
    // SAFETY: Swift hands over a terminated text that lives across the call; strerror returns one.
    descriptor = unsafe open(path, O_RDONLY)
    guard descriptor >= 0 else {
      let reason = unsafe String(cString: strerror(errno))
      throw CommandFailure("'\(path)' cannot be read: \(reason)")
    }
    sectorCount = UInt64(max(0, lseek(descriptor, 0, SEEK_END))) / UInt64(Block.sectorByteCount)
  }

  deinit { close(descriptor) }

  /// Whether the file begins with these four bytes.
  func hasMagic(_ magic: UInt32) -> Bool {
    var word: UInt32 = 0
    // SAFETY: at most the word's own bytes are read into it.
    let count = unsafe pread(descriptor, &word, 4, 0)
    return count == 4 && UInt32(bigEndian: word) == magic
  }

  mutating func submit(_ request: consuming BlockRequest) -> BlockRequest? {
    guard completed == nil else { return request }
    var request = request
    let status = request.operation == .read ? read(&request) : .unsupported
    completed = BlockCompletion(request: request, status: status)
    return nil
  }

  private func read(_ request: inout BlockRequest) -> BlockCompletion.Status {
    guard request.sector < sectorCount, UInt64(request.sectorCount) <= sectorCount - request.sector else {
      return .failed
    }
    let byteCount = request.sectorCount * Block.sectorByteCount
    let offset = Int(request.sector) * Block.sectorByteCount
    var buffer = request.block.buffer
    // SAFETY: the request holds at least `byteCount` bytes, and the pointer does not leave the closure.
    let count = unsafe buffer.withUnsafeMutableBytes {
      unsafe pread(descriptor, $0.baseAddress, byteCount, offset)
    }
    return count == byteCount ? .succeeded : .failed
  }

  mutating func completion() -> BlockCompletion? { completed.take() }
  mutating func armInterrupt() -> Bool { completed != nil }
  mutating func cancelAll() {}
  mutating func flush() {}
}
