import Machine
import Timing
@c(kernel_main) public func kernelMain(_ startInfo: UInt) {
  _ = SerialPort()
  Console.write("hello\n")
  guard let info = unsafe StartInfo(address: startInfo) else { Machine.panic("no start info") }
  var core = Core(timerSource: 0)
  Console.write(info.commandLine); Console.newLine()
  Console.write(core.clock.timestampFrequencyHertz); Console.newLine()
  Console.write(UInt64(info.largestFreeRange.byteCount)); Console.newLine()
  PCIFunction.forEach { f in
    Console.write(hexadecimal: UInt64(f.vendorID) << 16 | UInt64(f.deviceID)); Console.newLine()
    if f.vendorID == 0x1af4, let b = f.barAddress(4) {
      Console.write(hexadecimal: UInt64(b.base)); Console.write(hexadecimal: UInt64(b.byteCount));
      Console.newLine()
    }
  }
  Console.write(RealTimeClock.secondsSinceMidnight); Console.newLine()
  for _ in 0..<5 {
    let t = core.clock.now + .milliseconds(1)
    core.timer.arm(for: t, now: core.clock.now)
    while core.pendingSources == 0 { core.haltUnlessPending() }
    let s = core.take(source: 0)
    core.timer.fired()
    Console.write(core.clock.instant(of: s).since(t).nanoseconds); Console.newLine()
  }
  Machine.stop(.passed)
}
