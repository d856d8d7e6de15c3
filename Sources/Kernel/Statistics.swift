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
    Frames: KernelFrames & ~Copyable, Journal: InputJournal & ~Copyable, Engine: VenueEngine & ~Copyable
  >(
    _ node: borrowing OrderNode<Frames, Journal, Engine>, _ context: borrowing CoreContext,
    to writer: inout ConsoleOutput
  ) {
    writeFrames(
      node.frames.counters, ofOthers: node.frames.framesOfOthers,
      lentCount: UInt64(node.frames.lentFrameCount),
      node.network.counters, to: &writer)
    writeMalformed(node.counters, to: &writer)
    let venue = VenueFigures(
      orders: node.venue.orderCounters, liveOrders: UInt64(node.venue.liveOrderCount),
      clients: UInt64(node.venue.clientCount), lostAnswers: node.venue.lostAnswerCount)
    writeOrders(node.counters, venue, to: &writer)
    node.journal.writeStatistics(to: &writer)
    writeReactor(context.record.counters, sleeps: context.sleepCount, now: context.now, to: &writer)
  }

  /// What a venue tells of itself.
  private struct VenueFigures {
    let orders: OrderCounters
    let liveOrders: UInt64
    let clients: UInt64
    let lostAnswers: UInt64
  }

  private static func writeFrames(
    _ frames: Virtio.NetworkCounters, ofOthers: UInt64, lentCount: UInt64,
    _ network: borrowing Networking.NetworkCounters, to writer: inout ConsoleOutput
  ) {
    writer.write("frames-received", frames.receivedFrames)
    writer.write("frames-received-by-other-cores", ofOthers)
    writer.write("frames-transmitted", frames.transmittedFrames)
    writer.write("frames-malformed-length", frames.malformedLengths)
    writer.write("frames-lent", lentCount)
    writer.write("network-resets", frames.resets)
    writer.write("datagrams", network.datagrams)
    for index in 0..<DropReason.count {
      guard let reason = DropReason(rawValue: UInt8(index)), network[reason] > 0 else { continue }
      writer.write("dropped-")
      writer.write(reason.name, network[reason])
    }
  }

  private static func writeMalformed(_ counters: NodeCounters, to writer: inout ConsoleOutput) {
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

  private static func writeOrders(
    _ counters: NodeCounters, _ venue: VenueFigures, to writer: inout ConsoleOutput
  ) {
    writer.write("packets", counters.packets)
    writer.write("retransmission-requests", counters.retransmissionRequests)
    writer.write("enters", counters.enters)
    writer.write("replaces", counters.replaces)
    writer.write("cancels", counters.cancels)
    writer.write("queries", counters.queries)
    let orders = venue.orders
    writer.write("accepted", orders.accepted)
    writer.write("replaced", orders.replaced)
    writer.write("canceled", orders.canceled)
    writer.write("rejected", orders.rejected)
    writer.write("executions", orders.executions)
    writer.write("ignored-stale-reference", orders.staleReferences)
    writer.write("ignored-unknown-order", orders.unknownOrders)
    writer.write("ignored-superfluous-cancel", orders.superfluousCancels)
    writer.write("dropped-unknown-client", counters.unknownClients)
    writer.write("dropped-journal-room", counters.droppedForRoom)
    writer.write("refused-journal-room", counters.refusedForRoom)
    writer.write("held-datagrams", counters.heldDatagrams)
    writer.write("live-orders", venue.liveOrders)
    writer.write("clients", venue.clients)
    writer.write("datagrams-sent", counters.datagramsSent)
    writer.write("messages-sent", counters.messagesSent)
    writer.write("answers-lost", venue.lostAnswers)
  }

  private static func writeReactor(
    _ reactor: ReactorCounters, sleeps: UInt64, now: Instant, to writer: inout ConsoleOutput
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
