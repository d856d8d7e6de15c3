import Exchange
import Machine
import Queues
import Reactors
import Streams
import Timing
import Tracing
import VirtioTransports
import Virtio

/// What the tasks of the sessions core work on: the order node, its devices' configuration, the console.
struct KernelNode<
  Frames: KernelFrames & ~Copyable, Journal: InputJournal & ~Copyable, Engine: VenueEngine & ~Copyable
>: ~Copyable {
  var order: OrderNode<Frames, Journal, Engine>
  var console: ConsoleTask
  /// What the core with the timers says; nothing on a machine with one core.
  private var notices: VecLinkConsumer<TimersNotice, HardwareWord>?
  private var tickRequests: VecLinkProducer<TickRequest, HardwareWord>?
  /// Whether a tick was asked for that has not come yet.
  private var isTickAsked = false
  private let placement: Placement
  /// The node's own tasks, by role.
  private var tasks: InlineArray<5, TaskID?> = InlineArray(repeating: nil)
  private var hasSaidFull = false
  private var hasSaidFailed = false

  init(
    order: consuming OrderNode<Frames, Journal, Engine>, console: consuming ConsoleTask,
    _ placement: Placement,
    notices: consuming VecLinkConsumer<TimersNotice, HardwareWord>?,
    tickRequests: consuming VecLinkProducer<TickRequest, HardwareWord>?
  ) {
    self.order = order
    self.console = console
    self.placement = placement
    self.notices = notices
    self.tickRequests = tickRequests
  }

  var hasNotices: Bool { notices != nil }

  /// Says which task has a role. Context: boot.
  mutating func assign(_ task: TaskID, to role: NodeRole) { tasks[role.rawValue] = task }

  @inline(__always)
  mutating func poll(_ role: NodeRole, _ context: inout CoreContext) -> TaskStatus {
    switch role {
    case .network:
      let status = order.pollNetwork(&context)
      if order.counters.hasRefused && !hasSaidFull { sayFull(&context) }
      if Engine.isSpread && !isTickAsked && order.underwayCount != 0 { askForTick() }
      return status
    case .journal:
      let status = order.pollJournal(&context, networkTask: task(of: .network))
      if order.journal.hasFailed && !hasSaidFailed { sayFailed(&context) }
      return status
    case .configuration: return pollConfiguration(&context)
    case .console: return pollConsole(&context)
    case .notices: return pollNotices(&context)
    }
  }

  @inline(never)
  private mutating func pollConfiguration(_ context: inout CoreContext) -> TaskStatus {
    order.frames.handleConfigurationChange()
    context.wake(task(of: .network))
    context.wake(task(of: .journal))
    return .waiting
  }

  /// The balancer has nothing to do while nothing flows.
  @inline(never)
  private mutating func askForTick() {
    isTickAsked = true
    if tickRequests != nil { _ = tickRequests!.push(TickRequest()) }
  }

  @inline(never)
  private mutating func pollNotices(_ context: inout CoreContext) -> TaskStatus {
    while notices != nil, case .ready(let notice) = notices!.poll(at: context.now) {
      switch notice {
      case .tick:
        isTickAsked = false
        order.balance(context.now)
      case .core(let event): take(event, &context)
      }
    }
    return notices != nil && notices!.armWakeup() ? .ready : .waiting
  }

  /// An order core that hangs is given up, unless it has the journal too; without any other the node cannot go on.
  private mutating func take(_ event: CoreEvent, _ context: inout CoreContext) {
    event.write(to: &console.output)
    context.wake(task(of: .console))
    guard case .hung(let hung) = event else { return }
    guard placement.orderCores.contains(hung.core), !Processors.isVital(core: hung.core),
      order.giveUp(shard: placement.orderCores.index(of: hung.core))
    else {
      var line = Console()
      event.write(to: &line)
      Machine.panic("a core hangs without which the node cannot go on")
    }
    context.wake(task(of: .network))
  }

  @inline(__always)
  private func task(of role: NodeRole) -> TaskID {
    guard let task = tasks[role.rawValue] else { Machine.panic("a task of the node was not spawned") }
    return task
  }

  @inline(never)
  private mutating func pollConsole(_ context: inout CoreContext) -> TaskStatus {
    if let command = console.nextCommand(at: context.now) {
      switch command {
      case .statistics: Statistics.write(order, context, to: &console.output)
      case .trace: context.record.trace.write(last: 64, to: &console.output)
      case .tasks: Statistics.writeTasks(context, to: &console.output)
      case .cores: Statistics.writeCores(placement, order, to: &console.output)
      case .help:
        console.output.write("stats  counters since boot, replayed orders included\n")
        console.output.write("trace  the last events\n")
        console.output.write("tasks  the tasks of the first core\n")
        console.output.write("cores  what each core is for and does\n")
      }
    }
    return console.drain(&context)
  }

  @inline(never)
  private mutating func sayFull(_ context: inout CoreContext) {
    hasSaidFull = true
    console.output.write("sluice: journal full: new orders are rejected, cancels are taken\n")
    context.wake(task(of: .console))
  }

  @inline(never)
  private mutating func sayFailed(_ context: inout CoreContext) {
    hasSaidFailed = true
    console.output.write("sluice: journal failed: the disk reported an error, no order is taken any more\n")
    context.wake(task(of: .console))
  }
}
