public import Virtio

// All but the doorbells is for boot and for rare news: there is one copy of each, since the devices' code is in the image often.
extension DeviceTransport: VirtioTransport {
  public var status: DeviceStatus {
    @inline(never) get {
      switch bus {
      case .pci(let device): device.status
      case .mmio(let device): device.status
      }
    }
  }

  @inline(never)
  public mutating func write(_ status: DeviceStatus) {
    switch bus {
    case .pci(let device): device.write(status)
    case .mmio(let device): device.write(status)
    }
  }

  public var offeredFeatures: VirtioFeatures {
    @inline(never) get {
      switch bus {
      case .pci(let device): device.offeredFeatures
      case .mmio(let device): device.offeredFeatures
      }
    }
  }

  @inline(never)
  public mutating func write(_ features: VirtioFeatures) {
    switch bus {
    case .pci(let device): device.write(features)
    case .mmio(let device): device.write(features)
    }
  }

  @inline(never)
  public func sizeLimit(ofQueue queue: Int) -> UInt32 {
    switch bus {
    case .pci(let device): device.sizeLimit(ofQueue: queue)
    case .mmio(let device): device.sizeLimit(ofQueue: queue)
    }
  }

  @inline(never)
  public mutating func enable(queue: Int, at layout: QueueLayout) throws(VirtioError) {
    let doorbell =
      switch bus {
      case .pci(let device): try device.enable(queue: queue, at: layout)
      case .mmio(let device): try device.enable(queue: queue, at: layout)
      }
    if queue < Self.queueLimit { doorbells[queue] = doorbell.address }
  }

  @inline(never)
  public func doorbell(ofQueue queue: Int) throws(VirtioError) -> DeviceDoorbell {
    switch bus {
    case .pci(let device): try device.doorbell(ofQueue: queue)
    case .mmio(let device): device.doorbell(ofQueue: queue)
    }
  }

  @inline(never)
  public func hasOwnInterrupt(ofQueue queue: Int) -> Bool {
    switch bus {
    case .pci(let device): device.hasOwnInterrupt(ofQueue: queue)
    case .mmio: queue == 0
    }
  }

  /// For the first `queueLimit` queues.
  @inline(__always)
  public mutating func notify(queue: Int) {
    DeviceDoorbell(
      address: doorbells[queue], queue: UInt32(truncatingIfNeeded: queue), isWide: hasWideDoorbells
    ).ring()
  }

  public var configurationGeneration: UInt32 {
    @inline(never) get {
      switch bus {
      case .pci(let device): device.configurationGeneration
      case .mmio(let device): device.configurationGeneration
      }
    }
  }

  @inline(never)
  public func configurationByte(at offset: Int) -> UInt8 {
    switch bus {
    case .pci(let device): device.configurationByte(at: offset)
    case .mmio(let device): device.configurationByte(at: offset)
    }
  }

  @inline(never)
  public func configurationHalf(at offset: Int) -> UInt16 {
    switch bus {
    case .pci(let device): device.configurationHalf(at: offset)
    case .mmio(let device): device.configurationHalf(at: offset)
    }
  }

  @inline(never)
  public func configurationWord(at offset: Int) -> UInt32 {
    switch bus {
    case .pci(let device): device.configurationWord(at: offset)
    case .mmio(let device): device.configurationWord(at: offset)
    }
  }

  /// A device without a bus can not be kept from memory by anything but a reset.
  @inline(never)
  public mutating func isolate() {
    if case .pci(let device) = bus { device.isolate() }
  }
}
