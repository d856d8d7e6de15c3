import Exchange
import Reactors
import Scheduling
import Streams
import Timing
import Virtio
import VirtioTransports

/// The tasks of the order node.
enum NodeRole: Int {
  case journal
  case network
  case configuration
  case console

  static let count = 4

  /// The interrupt that wakes it, with the role's number as its priority.
  var source: Int {
    switch self {
    case .journal: InterruptSource.disk
    case .network: InterruptSource.network
    case .configuration: InterruptSource.configuration
    case .console: InterruptSource.serial
    }
  }

  /// How often its interrupt is served at most: far more often than a device that keeps to the rules interrupts, so that
  /// only one gone wild is masked.
  var limit: TokenRate {
    switch self {
    case .journal, .network: TokenRate(every: .microseconds(2), burst: 1_024)
    case .configuration, .console: TokenRate(every: .microseconds(100), burst: 256)
    }
  }

  /// Durable answers first, then new orders, then the rest of the machine, and people last.
  var attributes: TaskAttributes {
    switch self {
    case .journal: TaskAttributes(level: 0, weight: 64, patience: .microseconds(10))
    case .network: TaskAttributes(level: 1, weight: 64, patience: .microseconds(20))
    case .configuration: TaskAttributes(level: 2, weight: 8, patience: .microseconds(200))
    case .console: TaskAttributes(level: 3, weight: 1, patience: .milliseconds(1))
    }
  }

  /// As people call it.
  var name: StaticString {
    switch self {
    case .journal: "journal"
    case .network: "network"
    case .configuration: "configuration"
    case .console: "console"
    }
  }
}

/// One task of the order node. A reactor's tasks are of concrete types, so there is one with a journal and one without.
protocol NodeTask: Schedulable where Output == Void {
  associatedtype Journal: InputJournal & ~Copyable

  init(_ node: Resident<KernelNode<Journal>>, _ role: NodeRole)
}

struct JournaledTask: NodeTask {
  private let node: Resident<KernelNode<DiskJournal<DiskPort>>>
  private let role: NodeRole

  init(_ node: Resident<KernelNode<DiskJournal<DiskPort>>>, _ role: NodeRole) {
    self.node = node
    self.role = role
  }

  func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    TaskPoll(node.use { $0.poll(role, &context) })
  }

  static var functions: TaskFunctions<JournaledTask> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }
}

struct UnjournaledTask: NodeTask {
  private let node: Resident<KernelNode<NoJournal>>
  private let role: NodeRole

  init(_ node: Resident<KernelNode<NoJournal>>, _ role: NodeRole) {
    self.node = node
    self.role = role
  }

  func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    TaskPoll(node.use { $0.poll(role, &context) })
  }

  static var functions: TaskFunctions<UnjournaledTask> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }
}
