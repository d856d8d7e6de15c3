/// The other cores, as far as a watch of theirs sees them: those of the machine in the guest, any in tests.
///
/// A core is named by its number, 0 to 15. Everything here may be asked of a core that hangs.
public protocol WatchedCores: ~Copyable {
  /// What the core is at; nothing while it has no reactor.
  func running(onCore number: Int) -> RunningTask?

  /// The name of a task of the core; nothing when there never was such a task.
  func name(ofTask task: Int, onCore number: Int) -> StaticString?

  /// Asks the core where it is, also one that has its interrupts off. It is asked again only when it has answered.
  /// One that sleeps wakes, turns and sleeps again.
  mutating func ask(core number: Int)

  /// The address at which the last question has found the core; nothing while it has not answered.
  func answer(ofCore number: Int) -> UInt?

  /// Takes what the core's own watchdog has reported: the address at which it found that the core does not turn. Each
  /// report is given once.
  mutating func takeReport(ofCore number: Int) -> UInt?

  /// Says whether the core hangs, for those who send it work.
  mutating func setHung(_ isHung: Bool, core number: Int)
}
