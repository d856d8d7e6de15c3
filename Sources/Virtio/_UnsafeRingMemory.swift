import Synchronization

import Buffers

/// The three parts of a split queue in memory shared with a device (Virtio 1.2, 2.7).
///
/// The only place that touches ring memory. The driver writes descriptors and the available ring and never reads
/// them back; what the device writes is read by one atomic load each, so that it cannot change between a check
/// and its use. Positions are masked to the ring's size here, so no value can lead outside. Integers are
/// little-endian, as this machine's.
@safe struct RingMemory: ~Copyable {
  private let descriptors: UnsafeMutableRawPointer
  private let available: UnsafeMutableRawPointer
  private let used: UnsafeMutableRawPointer
  private let mask: UInt

  /// Carves the memory of a queue of `size` elements, a power of two.
  init(size: UInt16, in arena: inout Arena) throws(ArenaError) {
    let count = Int(size)
    let descriptors = unsafe try arena.carve(byteCount: 16 * count, alignment: 64)
    let available = unsafe try arena.carve(byteCount: 6 + 2 * count, alignment: 64)
    let used = unsafe try arena.carve(byteCount: 6 + 8 * count, alignment: 64)
    unsafe self.descriptors = descriptors
    unsafe self.available = available
    unsafe self.used = used
    mask = UInt(size) - 1
  }

  var layout: QueueLayout {
    unsafe QueueLayout(
      size: UInt16(mask + 1), descriptorAddress: UInt64(UInt(bitPattern: descriptors)),
      driverAddress: UInt64(UInt(bitPattern: available)), deviceAddress: UInt64(UInt(bitPattern: used)))
  }

  /// Sets both rings to empty at `index`. The device must not know the memory yet, or no longer.
  func clear(startingAt index: UInt16) {
    // SAFETY: these are the lengths that were carved.
    unsafe descriptors.initializeMemory(as: UInt8.self, repeating: 0, count: 16 * (Int(mask) + 1))
    unsafe available.initializeMemory(as: UInt8.self, repeating: 0, count: 6 + 2 * (Int(mask) + 1))
    unsafe used.initializeMemory(as: UInt8.self, repeating: 0, count: 6 + 8 * (Int(mask) + 1))
    unsafe shared(available + 2).pointee.store(index, ordering: .relaxed)
    unsafe shared(used + 2).pointee.store(index, ordering: .relaxed)
  }

  /// Writes descriptor `index` (Virtio 1.2, 2.7.5), a number of our own, below the queue's size.
  @inline(__always)
  func describe(_ index: UInt, _ memory: DeviceMemory, _ flags: DescriptorFlags, next: UInt = 0) {
    let lengthAndRest =
      UInt64(memory.byteCount) | UInt64(flags.rawValue) << 32 | UInt64(next) << 48
    // SAFETY: the index never comes from the device; a descriptor is 16 bytes, aligned to 16.
    let descriptor = unsafe descriptors + Int(bitPattern: index) &* 16
    unsafe descriptor.storeBytes(of: memory.address, as: UInt64.self)
    unsafe descriptor.storeBytes(of: lengthAndRest, toByteOffset: 8, as: UInt64.self)
  }

  /// Puts a chain into the available ring; the device does not look there before `publish` (2.7.13.2).
  @inline(__always)
  func offer(chain head: UInt, at position: UInt) {
    // SAFETY: the masked index is inside the ring.
    unsafe available.storeBytes(
      of: UInt16(truncatingIfNeeded: head), toByteOffset: 4 &+ Int(bitPattern: position & mask) &* 2,
      as: UInt16.self)
  }

  /// Shows the device everything offered before `index` (2.7.13.3).
  @inline(__always)
  func publish(_ index: UInt16) { unsafe shared(available + 2).pointee.store(index, ordering: .releasing) }

  /// The available ring's flags: 1 asks for no interrupts (2.7.6).
  @inline(__always)
  func setAvailableFlags(_ flags: UInt16) {
    unsafe shared(available).pointee.store(flags, ordering: .relaxed)
  }

  /// Asks for an interrupt when the used index passes `index` (2.7.7).
  @inline(__always)
  func setUsedEvent(_ index: UInt16) {
    unsafe shared(available + (4 &+ 2 &* (Int(bitPattern: mask) &+ 1))).pointee.store(
      index, ordering: .relaxed)
  }

  /// How far the device says it has come; elements before it can be read after this (2.7.14).
  @inline(__always)
  func usedIndex() -> UInt16 { unsafe shared(used + 2).pointee.load(ordering: .acquiring) }

  /// The used ring's flags: 1 asks for no doorbells (2.7.8).
  @inline(__always)
  func usedFlags() -> UInt16 { unsafe shared(used).pointee.load(ordering: .relaxed) }

  /// The device asks for a doorbell when the available index passes this (2.7.10).
  @inline(__always)
  func availableEvent() -> UInt16 {
    unsafe shared(used + (4 &+ 8 &* (Int(bitPattern: mask) &+ 1))).pointee.load(ordering: .relaxed)
  }

  /// The element at `position`, as the device says it.
  @inline(__always)
  func usedElement(at position: UInt) -> UsedElement {
    // SAFETY: the masked index is inside the ring; elements are 8 bytes, aligned to 4.
    let element = unsafe used + (4 &+ Int(bitPattern: position & mask) &* 8)
    let words = unsafe element.assumingMemoryBound(to: Atomic<UInt32>.self)
    return unsafe UsedElement(
      slot: UInt(words[0].load(ordering: .relaxed)), byteCount: words[1].load(ordering: .relaxed))
  }

  /// A half that both sides use at once.
  @inline(__always) @unsafe
  private func shared(_ address: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Atomic<UInt16>> {
    // SAFETY: callers pass addresses inside the rings, aligned to 2; such memory is only used as atomics.
    unsafe address.assumingMemoryBound(to: Atomic<UInt16>.self)
  }
}

/// What a device says it completed (Virtio 1.2, 2.7.8): any values, until `SlotStorage.admits` has seen them.
struct UsedElement {
  /// The first descriptor of a chain, which is its slot.
  let slot: UInt
  /// Bytes written to the chain.
  let byteCount: UInt32
}

/// Keeps a load after it from being done before a store before it, on this core and for all to see: between
/// publishing and asking for doorbells, and between asking for interrupts and looking again.
@inline(__always) func fenceStoresBeforeLoads() { atomicMemoryFence(ordering: .sequentiallyConsistent) }

/// Flags of a descriptor (Virtio 1.2, 2.7.5).
struct DescriptorFlags: BitFlags {
  let rawValue: UInt16

  /// The chain goes on in `next`.
  static var next: DescriptorFlags { DescriptorFlags(rawValue: 1) }
  /// The device writes this part; it reads the others.
  static var writable: DescriptorFlags { DescriptorFlags(rawValue: 2) }
}
