import Buffers

/// Why a device cannot be used. All of them are the doing of the device, or of the machine's configuration, but
/// for `outOfMemory`.
public enum VirtioError: Error, Equatable {
  /// The device was told to reset and did not within the limit.
  case resetTimedOut
  /// The device is a legacy one: it does not offer version 1.
  case legacyDevice
  /// The device refused features it had offered.
  case featuresRefused
  /// The device has no such queue, or one too small for a single request.
  case queueUnavailable
  /// The queue's size is not a power of two of at most 32,768.
  case queueSizeInvalid
  /// The device has no room for an interrupt of this queue.
  case interruptRefused
  /// The configuration kept changing while it was read.
  case configurationUnstable
  /// A configuration field has a value that no sane device has.
  case configurationInvalid
  /// The device answered a command with an error, or not in time.
  case commandRefused
  /// A structure that the PCI transport needs is missing or lies outside its memory range.
  case capabilityMissing
  /// The limits ask for more memory than the machine has.
  case outOfMemory
}

/// Carves memory, and says what its lack means here.
func carving<Value: ~Copyable>(
  _ carve: () throws(ArenaError) -> Value
) throws(VirtioError) -> Value {
  do throws(ArenaError) { return try carve() } catch { throw .outOfMemory }
}
