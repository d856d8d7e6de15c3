import Exchange
import Machine
import Reactors
import Timing
import Tracing

extension Statistics {
  /// What `cores` prints: a line a core, with its roles and what it does at this moment, and what the spread of the orders
  /// came to.
  static func writeCores<
    Frames: KernelFrames & ~Copyable, Journal: InputJournal & ~Copyable, Engine: VenueEngine & ~Copyable,
    Writer: TextWriter & ~Copyable
  >(
    _ placement: Placement, _ node: borrowing OrderNode<Frames, Journal, Engine>, to writer: inout Writer
  ) {
    let others = OtherCores()
    for core in 0..<Processors.coreCount {
      writer.write("core ")
      writer.write(UInt64(core))
      writeRoles(placement.roles(of: core), to: &writer)
      if Processors.isHung(core: core) { writer.write(" HANGS") }
      if core != placement.sessionsCore, let running = others.running(onCore: core), running.number >= 0 {
        writer.write(" task ")
        if let name = others.name(ofTask: running.number, onCore: core) { writer.write(name) }
      }
      writer.newLine()
    }
    node.writeSpread(to: &writer)
  }

  private static func writeRoles<Writer: TextWriter & ~Copyable>(_ roles: CoreRoles, to writer: inout Writer)
  {
    if roles.isEmpty { writer.write(" idle") }
    if roles.contains(.io) { writer.write(" io") }
    if roles.contains(.orders) { writer.write(" orders") }
    if roles.contains(.timers) { writer.write(" timers") }
    if roles.contains(.journal) { writer.write(" journal") }
  }
}
