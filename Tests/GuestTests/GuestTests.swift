import Buffers
import Exchange
import Firmware
import Machine
import Timing

/// The test image's entry: one boot runs every test, or commits the one fault that `test=` names.
@c(kernel_main) public func kernelMain(_ startInfoAddress: UInt) {
  _ = SerialPort()
  // SAFETY: the loader's own value, read before the boot map is replaced.
  guard let startInfo = unsafe StartInfo(address: startInfoAddress) else {
    Machine.panic("the loader gave no PVH start info")
  }
  var core = Core(timerSource: InterruptTests.timerSource)
  Faults.commit { isNamed($0, startInfo) }
  if isNamed("reflector", startInfo) { Reflector.run(core, startInfo) }
  if isNamed("exact-timers", startInfo) { runExactTimers(core) }
  if isNamed("newer-timers", startInfo) { runNewerTimers(core, startInfo) }
  if isNamed("exact-queues", startInfo) { runExactQueues(core, startInfo) }
  if isNamed("exact-interrupts", startInfo) { runExactInterrupts(core, startInfo) }
  if isNamed("exact-reactor", startInfo) { runExactReactor(core, startInfo) }
  if isNamed("two-cores", startInfo) { runTwoCores(core, startInfo) }
  if isNamed("many-cores", startInfo) { runManyCores(core, startInfo, MachineTables(startInfo)) }
  if isNamed("older-cores", startInfo) {
    runManyCores(core, startInfo, MachineTables(MemoryWithoutACPI(), startInfo.firmwarePlaces))
  }
  if isNamed("asked-cores", startInfo) { runManyCores(core, startInfo, MachineTables()) }
  if isNamed("places", startInfo) { Places.panic(&core, startInfo) }
  if isNamed("timer-places", startInfo) { runTimerPlaces(core, startInfo) }
  if isNamed("exact-timer-places", startInfo) { runExactTimerPlaces(core, startInfo) }
  if isNamed("spread", startInfo) { SpreadReflector.run(core, startInfo) }
  if isNamed("watch-two", startInfo) { runWatch(core, startInfo, coreCount: 2) }
  if isNamed("watch-four", startInfo) { runWatch(core, startInfo, coreCount: 4) }
  if isNamed("watch-busy", startInfo) { runBusyWatch(core, startInfo) }
  if isNamed("links-1", startInfo) { runLinks(core, startInfo, cores: 1) }
  if isNamed("links-2", startInfo) { runLinks(core, startInfo, cores: 2) }
  if isNamed("links-4", startInfo) { runLinks(core, startInfo, cores: 4) }
  if isNamed("exact-hand-over", startInfo) { runExactHandOver(core, startInfo) }
  if isNamed("watchdog", startInfo) { runWatchdog(core) }
  Faults.commit(&core, startInfo) { isNamed($0, startInfo) }
  Hangs.commit(&core, startInfo) { isNamed($0, startInfo) }
  if isNamed("hang-reactor", startInfo) { Hangs.hangInReactor(core, startInfo) }
  runTests(core, startInfo)
}

private func runTests(_ core: consuming Core, _ startInfo: consuming StartInfo) -> Never {
  let devices = GuestDevices(startInfo, from: core)
  var arena = GuestDevices.memory(startInfo)
  var report = TestReport()
  report.run("memory routines agree with loops over bytes") { MemoryTests.agreesWithLoopsOverBytes(&$0) }
  report.run("timer fires in its window and never early") {
    InterruptTests.timerFiresInItsWindowAndNeverEarly(&core, &$0)
  }
  report.run("a disarmed timer stays silent") { InterruptTests.aDisarmedTimerStaysSilent(&core, &$0) }
  report.run("interrupts are served by priority") {
    InterruptTests.interruptsAreServedByPriority(&core, &$0, in: &arena)
  }
  report.run("the stamp is of the first mark") { InterruptTests.theStampIsOfTheFirstMark(&core, &$0) }
  report.run("every cause of an interrupt is acknowledged") {
    InterruptTests.everyCauseIsAcknowledged(&core, &$0, in: &arena)
  }
  report.run("sleep loses no wake-up in 10,000") { InterruptTests.sleepLosesNoWakeUp(&core, &$0) }
  UrgentTests.run(&report, &core, in: &arena)
  report.run("the clock is corrected and never runs back") {
    ClockTests.theClockIsCorrectedAndNeverRunsBack(&core, &$0, during: .milliseconds(2_200))
  }
  QueueTests.run(&report, in: &arena)
  BlockTests.run(&report, devices, &core, in: &arena)
  NetworkTests.run(&report, devices, &core, in: &arena)
  // Last: afterwards no table is left.
  report.run("registers above 4 GiB are mapped while there are tables") {
    RegisterTests.theyAreMappedWhileThereAreTables(&$0)
  }
  report.finish()
}

/// For a machine whose time is its instruction count, `tools/run-qemu --icount`: what the host does is not seen then.
private func runExactTimers(_ core: consuming Core) -> Never {
  var report = TestReport()
  report.run("timer fires exactly and never early") {
    InterruptTests.timerFiresInItsWindowAndNeverEarly(&core, &$0, window: InterruptTests.exactWindow)
  }
  report.run("a disarmed timer stays silent") { InterruptTests.aDisarmedTimerStaysSilent(&core, &$0) }
  report.run("sleep loses no wake-up in 10,000") { InterruptTests.sleepLosesNoWakeUp(&core, &$0) }
  report.run("the clock is corrected and never runs back") {
    ClockTests.theClockIsCorrectedAndNeverRunsBack(&core, &$0, during: .seconds(60))
    ClockTests.theClockAgreesWithTheReference(core, &$0)
  }
  // Last, since it sets the clock's reference.
  report.run("a masked line marks nothing until it is unmasked") {
    InterruptTests.aMaskedLineMarksNothing(&core, &$0)
  }
  report.finish()
}

/// For a machine with x2APIC and TSC deadlines, which QEMU's emulation has not: `tools/bochs-test`. An instruction takes
/// 20 ns there, and what the host does is not seen.
private func runNewerTimers(_ core: consuming Core, _ startInfo: consuming StartInfo) -> Never {
  var arena = GuestDevices.memory(startInfo)
  var report = TestReport()
  report.run("x2APIC and deadlines by time stamp are in use") { ClockTests.theNewerWaysAreInUse(&core, &$0) }
  report.run("timer fires in its window and never early") {
    InterruptTests.timerFiresInItsWindowAndNeverEarly(&core, &$0, window: .microseconds(3))
  }
  report.run("a disarmed timer stays silent") { InterruptTests.aDisarmedTimerStaysSilent(&core, &$0) }
  report.run("interrupts are served by priority") {
    InterruptTests.interruptsAreServedByPriority(&core, &$0, in: &arena)
  }
  report.run("the stamp is of the first mark") { InterruptTests.theStampIsOfTheFirstMark(&core, &$0) }
  report.run("sleep loses no wake-up in 10,000") { InterruptTests.sleepLosesNoWakeUp(&core, &$0) }
  report.run("the clock keeps right and never runs back") {
    ClockTests.theClockIsCorrectedAndNeverRunsBack(&core, &$0, during: .milliseconds(2_200))
  }
  report.finish()
}

/// For the machine of exact timers: what the queues take in instructions.
private func runExactQueues(_ core: consuming Core, _ startInfo: consuming StartInfo) -> Never {
  var arena = GuestDevices.memory(startInfo)
  var report = TestReport()
  QueueCosts.run(&report, core, in: &arena)
  report.finish()
}

/// For the same machine: what interrupts take in instructions.
private func runExactInterrupts(_ core: consuming Core, _ startInfo: consuming StartInfo) -> Never {
  var arena = GuestDevices.memory(startInfo)
  var report = TestReport()
  InterruptCosts.run(&report, &core, in: &arena)
  report.finish()
}

/// For the same machine: what the reactor takes in instructions.
private func runExactReactor(_ core: consuming Core, _ startInfo: consuming StartInfo) -> Never {
  var arena = GuestDevices.memory(startInfo)
  var report = TestReport()
  ReactorCosts.run(&report, core, in: &arena)
  report.finish()
}

/// For a machine with two processors, `tools/run-qemu --smp 2`.
private func runTwoCores(_ core: consuming Core, _ startInfo: consuming StartInfo) -> Never {
  var arena = GuestDevices.memory(startInfo)
  var report = TestReport()
  CoreTests.run(&report, &core, in: &arena)
  report.finish()
}

/// For a machine with any number of processors, which `tables` name, or do not.
private func runManyCores(
  _ core: consuming Core, _ startInfo: borrowing StartInfo, _ tables: MachineTables
) -> Never {
  var report = TestReport()
  let found = Processors.find(in: tables, from: core)
  ManyCores.run(&report, &core, startInfo, found)
  report.finish()
}

/// For a machine with two processors: timers on the asking core and on the other one.
private func runTimerPlaces(_ core: consuming Core, _ startInfo: consuming StartInfo) -> Never {
  var arena = GuestDevices.memory(startInfo)
  var report = TestReport()
  TimerPlaces.run(&report, core, in: &arena)
  report.finish()
}

/// For two processors and the machine of exact timers: how the two compare.
private func runExactTimerPlaces(_ core: consuming Core, _ startInfo: consuming StartInfo) -> Never {
  var arena = GuestDevices.memory(startInfo)
  var report = TestReport()
  TimerPlaces.count(&report, core, in: &arena)
  report.finish()
}

/// For a machine with so many processors: messages between cores.
private func runLinks(_ core: consuming Core, _ startInfo: consuming StartInfo, cores: Int) -> Never {
  var arena = GuestDevices.memory(startInfo)
  var report = TestReport()
  LinkTests.run(&report, core, cores: cores, in: &arena)
  report.finish()
}

/// For two processors and the machine of exact timers: what a message to another core takes in instructions.
private func runExactHandOver(_ core: consuming Core, _ startInfo: consuming StartInfo) -> Never {
  var arena = GuestDevices.memory(startInfo)
  var report = TestReport()
  HandOverCosts.run(&report, &core, in: &arena)
  report.finish()
}

/// For the machine of exact timers: a watchdog that has nothing to say. `Hangs` is where it has.
private func runWatchdog(_ core: consuming Core) -> Never {
  var report = TestReport()
  WatchdogTests.run(&report, &core)
  report.finish()
}

/// For a machine with several processors and the machine of exact timers: each core that is held up is noticed in time.
private func runWatch(_ core: consuming Core, _ startInfo: consuming StartInfo, coreCount: Int) -> Never {
  let period = Duration.milliseconds(20)
  runWatch(
    core, startInfo,
    WatchTests.Terms(coreCount: coreCount, period: period, load: .milliseconds(200), isExact: true))
}

/// For a machine with four processors and the host's time: none is noticed that the host has taken away for a while.
private func runBusyWatch(_ core: consuming Core, _ startInfo: consuming StartInfo) -> Never {
  runWatch(
    core, startInfo,
    WatchTests.Terms(coreCount: 4, period: .milliseconds(100), load: .seconds(3), isExact: false))
}

private func runWatch(
  _ core: consuming Core, _ startInfo: consuming StartInfo, _ terms: WatchTests.Terms
) -> Never {
  var arena = GuestDevices.memory(startInfo)
  var report = TestReport()
  WatchTests.run(&report, &core, terms, in: &arena)
  report.finish()
}

/// Whether the command line asks for test `name`.
private func isNamed(_ name: StaticString, _ startInfo: borrowing StartInfo) -> Bool {
  do throws(NodeOptionsError) {
    let options = try NodeOptions(commandLine: startInfo.commandLine)
    guard let range = options.testName else { return false }
    return NodeOptions.equals(name, startInfo.commandLine, range)
  } catch {
    Machine.panic("the command line has a word the test image does not know")
  }
}
