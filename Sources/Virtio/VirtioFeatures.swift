/// What a device offers and a driver accepts, a bit each (Virtio 1.2, 2.2). Bits below 24 depend on the device.
public struct VirtioFeatures: BitFlags {
  public let rawValue: UInt64

  public init(rawValue: UInt64) { self.rawValue = rawValue }

  @inline(__always)
  static func bit(_ index: UInt64) -> VirtioFeatures {
    VirtioFeatures(rawValue: 1 << index)
  }

  /// Interrupts and doorbells are asked for by ring index (VIRTIO_F_EVENT_IDX; 2.7.7 and 2.7.10).
  public static var eventIndex: VirtioFeatures { bit(29) }
  /// Not a legacy device (VIRTIO_F_VERSION_1); this driver knows no other.
  public static var version1: VirtioFeatures { bit(32) }
}

/// Features of a network device (Virtio 1.2, 5.1.3).
extension VirtioFeatures {
  /// The configuration holds the largest packet the device's network carries (VIRTIO_NET_F_MTU).
  public static var networkMTU: VirtioFeatures { bit(3) }
  /// The configuration holds the device's address (VIRTIO_NET_F_MAC).
  public static var networkMAC: VirtioFeatures { bit(5) }
  /// The configuration says whether the link is up (VIRTIO_NET_F_STATUS).
  public static var networkStatus: VirtioFeatures { bit(16) }
  /// The device takes commands on a queue of their own (VIRTIO_NET_F_CTRL_VQ).
  public static var networkControl: VirtioFeatures { bit(17) }
  /// The device has several pairs of queues, and puts a flow's frames where the flow was last transmitted
  /// (VIRTIO_NET_F_MQ; 5.1.6.5.5).
  public static var networkPairs: VirtioFeatures { bit(22) }
}

/// Features of a block device (Virtio 1.2, 5.2.3).
extension VirtioFeatures {
  /// The configuration holds the largest size of one segment (VIRTIO_BLK_F_SIZE_MAX).
  public static var blockSegmentSizeLimit: VirtioFeatures { bit(1) }
  /// The configuration holds the largest number of segments (VIRTIO_BLK_F_SEG_MAX).
  public static var blockSegmentCountLimit: VirtioFeatures { bit(2) }
  /// The device refuses writes (VIRTIO_BLK_F_RO).
  public static var blockReadOnly: VirtioFeatures { bit(5) }
  /// The configuration holds the size the device prefers (VIRTIO_BLK_F_BLK_SIZE).
  public static var blockSize: VirtioFeatures { bit(6) }
  /// The device can be told to make completed writes durable (VIRTIO_BLK_F_FLUSH).
  public static var blockFlush: VirtioFeatures { bit(9) }
  /// The cache mode can be changed (VIRTIO_BLK_F_CONFIG_WCE). Never accepted: with `blockFlush` accepted and
  /// this one not, the device must be taken to have a write-back cache (5.2.5.1), which is what we do.
  public static var blockCacheMode: VirtioFeatures { bit(11) }
}
