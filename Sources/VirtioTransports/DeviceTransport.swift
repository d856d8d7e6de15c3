public import Machine
public import Virtio

/// A virtio device wherever it is: on the PCI bus or in a slot of its own. Which of the two is looked up at each access, so
/// that there is one code for both in the image; a doorbell's place is kept. Context: boot, then the reactor of one core.
public struct DeviceTransport: ~Copyable {
  /// Queues of one device that can be told of news by number: those of a network device's 8 pairs.
  public static let queueLimit = 16

  enum Bus {
    case pci(PCITransport)
    case mmio(MMIOTransport)
  }

  let bus: Bus
  /// Where the doorbells are; see `DeviceDoorbell`.
  var doorbells = InlineArray<16, UInt>(repeating: 0)
  let hasWideDoorbells: Bool

  /// Takes over the device at `place`, and sends its interrupts where they are to go.
  public init(_ place: DevicePlace, _ targets: InterruptTargets) throws(VirtioError) {
    switch place {
    case .pci(let function):
      bus = .pci(try PCITransport(function, targets))
      hasWideDoorbells = false
    case .mmio(let slot):
      bus = .mmio(try MMIOTransport(slot, targets))
      hasWideDoorbells = true
    }
  }

  /// How the interrupts of some queues are held back and acknowledged, for the core that takes them.
  ///
  /// - Parameter queues: a bit for each, the lowest for queue 0, of the first 16.
  public func control(ofQueues queues: UInt16) -> InterruptControl {
    switch bus {
    case .pci(let device): device.control(ofQueues: queues)
    case .mmio(let device): queues & 1 == 0 ? .none : device.control
    }
  }

  /// The same for those of the configuration.
  public var controlOfConfiguration: InterruptControl {
    switch bus {
    case .pci(let device): device.controlOfConfiguration
    case .mmio: .none
    }
  }
}

// A device is driven by one core at a time, which may be another one than brought it up.
extension DeviceTransport: @unchecked Sendable {}

/// The doorbell of one queue (Virtio 1.2, 4.1.5.2 and 4.2.2).
public struct DeviceDoorbell: VirtioDoorbell {
  let address: UInt
  let queue: UInt32
  /// Whether the register takes 32 bits, as without a bus, and not 16.
  let isWide: Bool

  @inline(__always)
  public func ring() {
    // SAFETY: whoever makes one has checked the address to lie inside the device's registers.
    if isWide {
      unsafe Register<UInt32>(address: address).store(queue)
    } else {
      unsafe Register<UInt16>(address: address).store(UInt16(truncatingIfNeeded: queue))
    }
  }
}
