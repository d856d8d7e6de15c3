import Exchange
import Machine
import Reactors
import Timing
import Tracing
import VirtioTransports
import Virtio

/// The tasks of the one core: the order node's two, the devices' configuration, the console.
struct NodeTasks<Journal: InputJournal & ~Copyable>: TaskSet, ~Copyable {
  var node: OrderNode<NetworkPort, Journal>
  var console: ConsoleTask
  private var hasSaidFull = false
  private var hasSaidFailed = false

  init(node: consuming OrderNode<NetworkPort, Journal>, console: consuming ConsoleTask) {
    self.node = node
    self.console = console
  }

  @inline(__always)
  mutating func poll(task: Int, in context: inout TaskContext, record: inout ReactorRecord) -> TaskStatus {
    switch task {
    case NodeTask.network:
      let status = node.pollNetwork(&context, trace: &record.trace)
      if node.counters.hasRefused && !hasSaidFull { sayFull(&context) }
      return status
    case NodeTask.journal:
      let status = node.pollJournal(&context, networkTask: NodeTask.network, trace: &record.trace)
      if node.journal.hasFailed && !hasSaidFailed { sayFailed(&context) }
      return status
    case NodeTask.configuration:
      node.frames.handleConfigurationChange()
      context.wake(task: NodeTask.network)
      context.wake(task: NodeTask.journal)
      return .waiting
    default:
      return pollConsole(&context, record: record)
    }
  }

  @inline(never)
  private mutating func pollConsole(_ context: inout TaskContext, record: borrowing ReactorRecord)
    -> TaskStatus
  {
    while let command = console.nextCommand(at: context.now) {
      switch command {
      case .statistics: Statistics.write(node, record.counters, now: context.now, to: &console.output)
      case .trace: record.trace.write(last: 64, to: &console.output)
      case .help:
        console.output.write("stats  counters since boot, replayed orders included\n")
        console.output.write("trace  the last events\n")
      }
    }
    return console.drain(&context)
  }

  @inline(never)
  private mutating func sayFull(_ context: inout TaskContext) {
    hasSaidFull = true
    console.output.write("sluice: journal full: new orders are rejected, cancels are taken\n")
    context.wake(task: NodeTask.console)
  }

  @inline(never)
  private mutating func sayFailed(_ context: inout TaskContext) {
    hasSaidFailed = true
    console.output.write("sluice: journal failed: the disk reported an error, no order is taken any more\n")
    context.wake(task: NodeTask.console)
  }
}
