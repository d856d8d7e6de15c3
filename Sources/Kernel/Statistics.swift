import Exchange
import Networking
import Orders
import Reactors
import Scheduling
import Sessions
import Tracing
import VirtioTransports
import Virtio
import Timing

/// What `stats` prints: a name and a number a line. Reasons that never came up are left out.
struct Statistics {
  static func write<
    Frames: KernelFrames & ~Copyable, Journal: InputJournal & ~Copyable, Engine: VenueEngine & ~Copyable,
    Writer: TextWriter & ~Copyable
  >(
    _ node: borrowing OrderNode<Frames, Journal, Engine>, _ context: borrowing CoreContext,
    to writer: inout Writer
  ) {
    writeFrames(node, to: &writer)
    writeMalformed(node.counters, to: &writer)
    writeOrders(node, to: &writer)
    node.journal.writeStatistics(to: &writer)
    writeReactor(context.record.counters, sleeps: context.sleepCount, now: context.now, to: &writer)
  }

  private static func writeFrames<
    Frames: KernelFrames & ~Copyable, Journal: InputJournal & ~Copyable, Engine: VenueEngine & ~Copyable,
    Writer: TextWriter & ~Copyable
  >(
    _ node: borrowing OrderNode<Frames, Journal, Engine>, to writer: inout Writer
  ) {
    writer.write("frames-received", node.frames.counters.receivedFrames)
    writer.write("frames-transmitted", node.frames.counters.transmittedFrames)
    writer.write("frames-malformed-length", node.frames.counters.malformedLengths)
    writer.write("frames-lent", UInt64(node.frames.lentFrameCount))
    writer.write("network-resets", node.frames.counters.resets)
    writer.write("datagrams", node.network.counters.datagrams)
    for index in 0..<DropReason.count {
      guard let reason = DropReason(rawValue: UInt8(index)), node.network.counters[reason] > 0 else {
        continue
      }
      writer.write("dropped-")
      writer.write(reason.name, node.network.counters[reason])
    }
  }

  private static func writeMalformed<Writer: TextWriter & ~Copyable>(
    _ counters: NodeCounters, to writer: inout Writer
  ) {
    for index in 0..<MalformedMold.count {
      guard let reason = MalformedMold(rawValue: UInt8(index)), counters[reason] > 0 else { continue }
      writer.write("malformed-")
      writer.write(reason.name, counters[reason])
    }
    for index in 0..<MalformedMessage.count {
      guard let reason = MalformedMessage(rawValue: UInt8(index)), counters[reason] > 0 else { continue }
      writer.write("malformed-message-")
      writer.write(reason.name, counters[reason])
    }
  }

  private static func writeOrders<
    Frames: KernelFrames & ~Copyable, Journal: InputJournal & ~Copyable, Engine: VenueEngine & ~Copyable,
    Writer: TextWriter & ~Copyable
  >(
    _ node: borrowing OrderNode<Frames, Journal, Engine>, to writer: inout Writer
  ) {
    writer.write("packets", node.counters.packets)
    writer.write("retransmission-requests", node.counters.retransmissionRequests)
    writer.write("enters", node.counters.enters)
    writer.write("replaces", node.counters.replaces)
    writer.write("cancels", node.counters.cancels)
    writer.write("queries", node.counters.queries)
    let orders = node.venue.orderCounters
    writer.write("accepted", orders.accepted)
    writer.write("replaced", orders.replaced)
    writer.write("canceled", orders.canceled)
    writer.write("rejected", orders.rejected)
    writer.write("executions", orders.executions)
    writer.write("ignored-stale-reference", orders.staleReferences)
    writer.write("ignored-unknown-order", orders.unknownOrders)
    writer.write("ignored-superfluous-cancel", orders.superfluousCancels)
    writer.write("dropped-unknown-client", node.counters.unknownClients)
    writer.write("dropped-journal-room", node.counters.droppedForRoom)
    writer.write("refused-journal-room", node.counters.refusedForRoom)
    writer.write("held-datagrams", node.counters.heldDatagrams)
    writer.write("live-orders", UInt64(node.venue.liveOrderCount))
    writer.write("clients", UInt64(node.venue.clientCount))
    writer.write("datagrams-sent", node.counters.datagramsSent)
    writer.write("messages-sent", node.counters.messagesSent)
    writer.write("answers-lost", node.venue.lostAnswerCount)
  }

  private static func writeReactor<Writer: TextWriter & ~Copyable>(
    _ reactor: ReactorCounters, sleeps: UInt64, now: Instant, to writer: inout Writer
  ) {
    for source in 0..<InterruptSource.count {
      writer.write("interrupts-")
      writer.write(InterruptSource.name(source), reactor.interruptsOfSource[source])
    }
    writer.write("interrupts-throttled", reactor.throttled)
    writer.write("timers-late", reactor.lateTimers)
    writer.write("sleeps", sleeps)
    writer.write("polls", reactor.polls)
    writer.write("polls-over-budget", reactor.overruns)
    writer.write("longest-poll-microseconds", reactor.longestPoll.nanoseconds / 1_000)
    writer.write("uptime-microseconds", now.nanoseconds / 1_000)
    let perMille = now.nanoseconds == 0 ? 0 : reactor.idle.nanoseconds / (now.nanoseconds / 1_000 + 1)
    writer.write("idle-per-mille", perMille)
  }

  /// What `tasks` prints: a line a task, with its name, its level, and how many of its polls overran their budget.
  static func writeTasks<Writer: TextWriter & ~Copyable>(
    _ context: borrowing CoreContext, to writer: inout Writer
  ) {
    context.forEachTask { task in
      writer.write("task ")
      writer.write(UInt64(task.id.slot))
      writer.write(" ")
      writer.write(task.name)
      writer.write(" level ")
      writer.write(UInt64(task.attributes.level))
      writer.write(" polls-over-budget ")
      writer.write(UInt64(task.overrunCount))
      writer.newLine()
    }
    if let overrun = context.record.lastOverrun { write(overrun, to: &writer) }
  }

  /// The address stands in a line of its own, for `tools/symbolize`.
  private static func write<Writer: TextWriter & ~Copyable>(
    _ overrun: PollOverrun, to writer: inout Writer
  ) {
    writer.write("last poll over its budget: task ")
    writer.write(overrun.name)
    writer.write(" at ")
    writer.write(overrun.start)
    writer.write(" for ")
    writer.write(overrun.duration.nanoseconds / 1_000)
    writer.write(" us")
    writer.newLine()
    guard overrun.address != 0 else { return }
    writer.write("  at ")
    writer.write(hexadecimal: UInt64(overrun.address))
    writer.newLine()
  }
}
