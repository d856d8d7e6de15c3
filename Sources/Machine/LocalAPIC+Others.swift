public import Queues

/// Interrupts from one core to another.
extension LocalAPIC {
  /// Marks `source` on a core: on another one by an interrupt, on this one at once. Context: any.
  public static func raise(source: Int, onCore number: Int) {
    mark(InterruptTable.vector(of: source), on: Processors.identifier(ofCore: number))
  }

  /// How the consumer of a queue that sleeps on a core is woken: by a mark of `source` there. The queue calls it only when
  /// the consumer has asked for it, once each time.
  ///
  /// - Parameter identifier: of the core's processor; it need not run yet.
  public static func wakeHook(source: Int, onProcessor identifier: UInt8) -> WakeHook {
    let context = UInt(identifier) << 8 | UInt(InterruptTable.vector(of: source))
    return WakeHook(context: context) { context in
      LocalAPIC.mark(UInt8(truncatingIfNeeded: context), on: UInt8(truncatingIfNeeded: context >> 8))
    }
  }

  private static func mark(_ vector: UInt8, on identifier: UInt8) {
    if identifier == Self.identifier {
      coreMarkSource(UInt(vector) - UInt(InterruptTable.firstSourceVector), TimestampCounter.read())
    } else {
      coreInterrupt(UInt32(identifier), 1 << 14 | UInt32(vector))
    }
  }
}
