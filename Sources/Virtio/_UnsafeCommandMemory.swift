import Synchronization

import Buffers

/// What a network device reads and writes of one command (Virtio 1.2, 5.1.6.5): two bytes that say which, its data, and
/// a byte of acknowledgement.
@safe struct CommandMemory: ~Copyable {
  static let acknowledged: UInt8 = 0
  /// Not an acknowledgement a device writes: it shows one that was never written.
  private static let unwritten: UInt8 = 0xFF

  /// The command's two bytes, two of data, the acknowledgement.
  private let memory: UnsafeMutableRawPointer

  init(in arena: inout Arena) throws(ArenaError) {
    unsafe memory = try arena.carve(byteCount: 8, alignment: 64)
  }

  /// Writes a command with two bytes of data.
  func prepare(class commandClass: UInt8, command: UInt8, data: UInt16) {
    // SAFETY: eight bytes were carved, aligned to 64.
    unsafe memory.storeBytes(of: UInt16(commandClass) | UInt16(command) << 8, as: UInt16.self)
    unsafe memory.storeBytes(of: data, toByteOffset: 2, as: UInt16.self)
    unsafe byte.pointee.store(Self.unwritten, ordering: .relaxed)
  }

  /// What the device wrote, read once.
  var acknowledgement: UInt8 { unsafe byte.pointee.load(ordering: .relaxed) }

  var header: DeviceMemory { unsafe DeviceMemory(memory, byteCount: 2) }
  var data: DeviceMemory { unsafe DeviceMemory(memory + 2, byteCount: 2) }
  var acknowledgementByte: DeviceMemory { unsafe DeviceMemory(memory + 4, byteCount: 1) }

  private var byte: UnsafeMutablePointer<Atomic<UInt8>> {
    // SAFETY: the fifth of the bytes; from the command on it is only used as an atomic.
    unsafe (memory + 4).assumingMemoryBound(to: Atomic<UInt8>.self)
  }
}
