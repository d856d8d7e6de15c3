public import Buffers
public import Streams
public import Timing

/// When to look at the device again, and when to stop waiting for it.
extension BlockDevice where Transport: ~Copyable {
  /// Asks for an interrupt when a request completes; whether a completion is there already: then take it first and
  /// arm again.
  public mutating func armInterrupt() -> Bool { localCount > 0 || queue.armInterrupt() }

  /// To be called after the device's configuration interrupt: resets a device that asks for it (Virtio 1.2,
  /// 2.1.2), and notes a changed size of the disk. A few register accesses.
  public mutating func handleConfigurationChange() {
    guard isUsable else { return }
    if transport.status.contains(.needsReset) { return recover() }
    guard let sectorCount = try? BlockConfiguration.readSectorCount(transport) else { return }
    configuration.sectorCount = sectorCount
  }

  /// How long the device has had requests and completed none, as far as calls of this show. To be called now and
  /// then, from an interval timer; with more than the patience there is, call `cancelAll`.
  public mutating func stall(at now: Instant) -> Duration {
    watch.stall(at: now, isBusy: queue.inFlightCount != 0, completions: counters.completions)
  }

  /// Resets the device; everything in flight completes as failed. What was asked may still have been done.
  public mutating func cancelAll() { recover() }
}

/// Sees whether there is progress, from looking now and then.
struct ProgressWatch {
  private var lastCompletions: UInt64 = 0
  private var lastProgress = Instant.zero

  /// How long ago progress, or idleness, was last seen.
  mutating func stall(at now: Instant, isBusy: Bool, completions: UInt64) -> Duration {
    if !isBusy || completions != lastCompletions {
      lastCompletions = completions
      lastProgress = now
    }
    return now.since(lastProgress)
  }
}

/// The completions, as a stream; a pending answer has armed the interrupt.
extension BlockDevice: Stream where Transport: ~Copyable {
  public mutating func poll(at now: Instant) -> Poll<BlockCompletion, Never> {
    repeat {
      if let completion = completion() { return .ready(completion) }
    } while armInterrupt()
    return .pending
  }
}
