import Exchange
import Machine
import Reactors
import Timing
import Tracing
import VirtioTransports
import Virtio

/// What the tasks of the one core work on: the order node, its devices' configuration, the console.
struct KernelNode<Journal: InputJournal & ~Copyable>: ~Copyable {
  var order: OrderNode<NetworkPort, Journal>
  var console: ConsoleTask
  /// The node's own tasks, by role.
  private var tasks: InlineArray<4, TaskID?> = InlineArray(repeating: nil)
  private var hasSaidFull = false
  private var hasSaidFailed = false

  init(order: consuming OrderNode<NetworkPort, Journal>, console: consuming ConsoleTask) {
    self.order = order
    self.console = console
  }

  /// Says which task has a role. Context: boot.
  mutating func assign(_ task: TaskID, to role: NodeRole) { tasks[role.rawValue] = task }

  @inline(__always)
  mutating func poll(_ role: NodeRole, _ context: inout CoreContext) -> TaskStatus {
    switch role {
    case .network:
      let status = order.pollNetwork(&context)
      if order.counters.hasRefused && !hasSaidFull { sayFull(&context) }
      return status
    case .journal:
      let status = order.pollJournal(&context, networkTask: task(of: .network))
      if order.journal.hasFailed && !hasSaidFailed { sayFailed(&context) }
      return status
    case .configuration:
      order.frames.handleConfigurationChange()
      context.wake(task(of: .network))
      context.wake(task(of: .journal))
      return .waiting
    case .console: return pollConsole(&context)
    }
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
      case .help:
        console.output.write("stats  counters since boot, replayed orders included\n")
        console.output.write("trace  the last events\n")
        console.output.write("tasks  the tasks of the core\n")
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
