import Timing

/// This core: its marked interrupt sources, its clock and its halt. Set up once at boot.
public struct Core: ~Copyable {
  public let clock: Clock
  public var timer: DeadlineTimer

  /// Brings up traps, the final page map, the interrupt controller and the clock.
  ///
  /// - Parameter timerSource: the source that the core's timer marks.
  public init(timerSource: Int) {
    let bootTimestamp = TimestampCounter.read()
    InterruptTable.install()
    PageMap.install()
    Self.silenceLegacyController()
    LocalAPIC.enable()
    let calibration = ClockCalibration()
    clock = Clock(timestampFrequencyHertz: calibration.timestampFrequencyHertz, bootTimestamp: bootTimestamp)
    timer = DeadlineTimer(frequencyHertz: calibration.apicFrequencyHertz, source: timerSource)
    interruptsEnable()
  }

  /// The sources marked now, a bit each; taking one clears its bit.
  @inline(__always) public var pendingSources: UInt64 { corePendingSources() }

  /// Takes a marked source and says when it was first marked since it was last taken.
  public mutating func take(source: Int) -> UInt64 {
    precondition(source >= 0 && source < InterruptTable.sourceCount, "no such interrupt source")
    return coreTakeSource(UInt(source))
  }

  /// Halts until a source is marked; returns at once when one is. No mark is lost in between.
  public mutating func haltUnlessPending() { coreHaltUnlessPending() }

  /// The two 8259 controllers would send their lines as vectors 8 to 15 and 112 to 119: all lines off.
  private static func silenceLegacyController() {
    portWrite8(0x21, 0xFF)
    portWrite8(0xA1, 0xFF)
  }
}
