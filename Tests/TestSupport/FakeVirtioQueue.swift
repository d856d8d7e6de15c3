public import Virtio

/// A queue as a device sees it: it reads descriptors and the available ring, and writes the used ring.
///
/// It has only the addresses the driver gave it, keeps its own count, and can write what no device should.
@safe public final class FakeVirtioQueue {
  public let layout: QueueLayout
  private let usesEventIndex: Bool
  /// The next element of the available ring it has not taken.
  public private(set) var nextAvailable: UInt16
  /// What it has written to the used ring, wrapping.
  public private(set) var used: UInt16
  /// Interrupts it was entitled to raise.
  public private(set) var interruptCount = 0
  /// What happens between its writing the used index and its looking whether to interrupt.
  public var betweenIndexAndInterrupt: (() -> Void)?
  /// Rules the driver broke.
  public private(set) var violations: [String] = []

  /// One part of a chain.
  public struct Part: Equatable {
    public let address: UInt64
    public let byteCount: Int
    public let isWritable: Bool
  }

  /// A chain taken from the available ring.
  public struct Chain: Equatable {
    public let head: UInt16
    public let parts: [Part]
    public var writableByteCount: Int { parts.filter(\.isWritable).map(\.byteCount).reduce(0, +) }
  }

  init(layout: QueueLayout, usesEventIndex: Bool, startingAt index: UInt16) {
    self.layout = layout
    self.usesEventIndex = usesEventIndex
    nextAvailable = index
    used = index
    if layout.descriptorAddress % 16 != 0 || layout.driverAddress % 2 != 0 || layout.deviceAddress % 4 != 0 {
      violations.append("a ring is misaligned")
    }
    // A device asks for the first doorbell by the index at which its rings start.
    if usesEventIndex { store(index, at: layout.deviceAddress + 4 + 8 * UInt64(layout.size)) }
  }

  private func half(_ address: UInt64) -> UInt16 {
    unsafe UnsafePointer<UInt16>(bitPattern: UInt(address))!.pointee
  }

  private func store(_ value: UInt16, at address: UInt64) {
    unsafe UnsafeMutablePointer<UInt16>(bitPattern: UInt(address))!.pointee = value
  }

  /// Chains the driver has published and this has not taken.
  public var availableCount: Int { Int(half(layout.driverAddress + 2) &- nextAvailable) }

  /// Takes the next chain.
  public func pop() -> Chain? {
    guard availableCount > 0 else { return nil }
    if availableCount > Int(layout.size) { violations.append("more published than the ring holds") }
    let head = half(layout.driverAddress + 4 + 2 * UInt64(nextAvailable % layout.size))
    nextAvailable &+= 1
    return Chain(head: head, parts: parts(from: head))
  }

  private func parts(from head: UInt16) -> [Part] {
    var parts: [Part] = []
    var index = head
    while true {
      guard index < layout.size else {
        violations.append("descriptor \(index) of \(layout.size)")
        return parts
      }
      guard parts.count < Int(layout.size) else {
        violations.append("a chain that loops")
        return parts
      }
      let address = layout.descriptorAddress + 16 * UInt64(index)
      let (low, high) = unsafe (
        UnsafePointer<UInt64>(bitPattern: UInt(address))!.pointee,
        UnsafePointer<UInt64>(bitPattern: UInt(address) + 8)!.pointee
      )
      let flags = UInt16(truncatingIfNeeded: high >> 32)
      if flags & ~3 != 0 { violations.append("descriptor flags \(flags)") }
      let part = Part(
        address: low, byteCount: Int(UInt32(truncatingIfNeeded: high)), isWritable: flags & 2 != 0)
      if !part.isWritable && parts.contains(where: \.isWritable) {
        violations.append("readable after writable")
      }
      if part.byteCount == 0 { violations.append("an empty part") }
      parts.append(part)
      guard flags & 1 != 0 else { return parts }
      index = UInt16(truncatingIfNeeded: high >> 48)
    }
  }

  /// Says that `chain` is done, and interrupts if the driver asked for that.
  public func complete(_ chain: Chain, byteCount: Int) {
    push(UInt32(chain.head), byteCount: UInt32(byteCount))
  }

  /// Writes any element, and moves the index on.
  public func push(_ identifier: UInt32, byteCount: UInt32) {
    let element = layout.deviceAddress + 4 + 8 * UInt64(used % layout.size)
    unsafe UnsafeMutablePointer<UInt32>(bitPattern: UInt(element))!.pointee = identifier
    unsafe UnsafeMutablePointer<UInt32>(bitPattern: UInt(element) + 4)!.pointee = byteCount
    moveUsedIndex(by: 1)
  }

  /// Moves the used index, as if that many chains were done.
  public func moveUsedIndex(by count: UInt16) {
    let old = used
    used &+= count
    store(used, at: layout.deviceAddress + 2)
    betweenIndexAndInterrupt?()
    if wantsInterrupt(from: old, to: used) { interruptCount += 1 }
  }

  private func wantsInterrupt(from old: UInt16, to new: UInt16) -> Bool {
    guard usesEventIndex else { return half(layout.driverAddress) & 1 == 0 }
    let event = half(layout.driverAddress + 4 + 2 * UInt64(layout.size))
    return new &- event &- 1 < new &- old
  }

  /// Asks for a doorbell when the driver publishes the next chain, or for none. Whether there is one already.
  public func wantDoorbell(_ wanted: Bool) -> Bool {
    if usesEventIndex {
      let event = wanted ? nextAvailable : nextAvailable &+ 0x8000
      store(event, at: layout.deviceAddress + 4 + 8 * UInt64(layout.size))
    } else {
      store(wanted ? 0 : 1, at: layout.deviceAddress)
    }
    return availableCount > 0
  }

  /// Reads the readable parts, one after the other.
  public func read(_ chain: Chain) -> [UInt8] {
    chain.parts.filter { !$0.isWritable }.flatMap { part in
      (0..<part.byteCount).map { unsafe UnsafePointer<UInt8>(bitPattern: UInt(part.address))![$0] }
    }
  }

  /// Writes `bytes` to the writable parts, one after the other, as far as there is room.
  public func write(_ bytes: [UInt8], to chain: Chain) {
    var rest = bytes[...]
    for part in chain.parts where part.isWritable {
      for offset in 0..<min(part.byteCount, rest.count) {
        unsafe UnsafeMutablePointer<UInt8>(bitPattern: UInt(part.address))![offset] =
          rest[rest.startIndex + offset]
      }
      rest = rest.dropFirst(part.byteCount)
    }
  }

  /// Writes the last writable byte.
  public func writeLast(_ byte: UInt8, of chain: Chain) {
    guard let part = chain.parts.last, part.isWritable else { return }
    unsafe UnsafeMutablePointer<UInt8>(bitPattern: UInt(part.address))![part.byteCount - 1] = byte
  }
}
