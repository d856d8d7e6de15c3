import Exchange
import Orders
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
  /// What the core with the timers says; on a machine with several cores.
  case notices

  static let count = 5

  /// The interrupt that wakes it, with the role's number as its priority.
  var source: Int {
    switch self {
    case .journal: InterruptSource.disk
    case .network: InterruptSource.network
    case .configuration: InterruptSource.configuration
    case .console: InterruptSource.serial
    case .notices: InterruptSource.notices
    }
  }

  /// What wakes it beside a device: a link from another core.
  var linkSource: Int? {
    switch self {
    case .journal: InterruptSource.journal
    case .network: InterruptSource.orders
    case .configuration, .console, .notices: nil
    }
  }

  /// How often its interrupt is served at most: far more often than a device that keeps to the rules interrupts, so that
  /// only one gone wild is masked.
  var limit: TokenRate {
    switch self {
    case .journal, .network: TokenRate(every: .microseconds(2), burst: 1_024)
    case .configuration, .console, .notices: TokenRate(every: .microseconds(100), burst: 256)
    }
  }

  /// Durable answers first, then new orders, then the rest of the machine, and people last.
  var attributes: TaskAttributes {
    switch self {
    case .journal: TaskAttributes(level: 0, weight: 64, patience: .microseconds(10))
    case .network: TaskAttributes(level: 1, weight: 64, patience: .microseconds(20))
    case .configuration: TaskAttributes(level: 2, weight: 8, patience: .microseconds(200))
    case .console: TaskAttributes(level: 3, weight: 1, patience: .milliseconds(1))
    case .notices: TaskAttributes(level: 2, weight: 8, patience: .microseconds(200))
    }
  }

  /// As people call it.
  var name: StaticString {
    switch self {
    case .journal: "journal"
    case .network: "network"
    case .configuration: "configuration"
    case .console: "console"
    case .notices: "notices"
    }
  }
}

/// One task of the order node. A reactor's tasks are of concrete types, so there is one for each kind of node.
protocol NodeTask: Schedulable where Output == Void {
  associatedtype Frames: KernelFrames & ~Copyable
  associatedtype Journal: InputJournal & ~Copyable
  associatedtype Engine: VenueEngine & ~Copyable
  typealias Node = KernelNode<Frames, Journal, Engine>

  init(_ node: Resident<Node>, _ role: NodeRole)
}

/// One core, with a journal.
struct JournaledTask: NodeTask {
  private let node: Resident<KernelNode<NetworkPort, DiskJournal<DiskPort>, OrderEngine>>
  private let role: NodeRole

  init(_ node: Resident<KernelNode<NetworkPort, DiskJournal<DiskPort>, OrderEngine>>, _ role: NodeRole) {
    (self.node, self.role) = (node, role)
  }

  func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    TaskPoll(node.use { $0.poll(role, &context) })
  }

  static var functions: TaskFunctions<JournaledTask> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }
}

/// One core, without a journal.
struct UnjournaledTask: NodeTask {
  private let node: Resident<KernelNode<NetworkPort, NoJournal, OrderEngine>>
  private let role: NodeRole

  init(_ node: Resident<KernelNode<NetworkPort, NoJournal, OrderEngine>>, _ role: NodeRole) {
    (self.node, self.role) = (node, role)
  }

  func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    TaskPoll(node.use { $0.poll(role, &context) })
  }

  static var functions: TaskFunctions<UnjournaledTask> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }
}

/// The sessions core of several, which applies the orders itself: other cores receive, or write the journal.
struct FastTask: NodeTask {
  private let node: Resident<KernelNode<SpreadPort, PlacedJournal, OrderEngine>>
  private let role: NodeRole

  init(_ node: Resident<KernelNode<SpreadPort, PlacedJournal, OrderEngine>>, _ role: NodeRole) {
    (self.node, self.role) = (node, role)
  }

  func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    TaskPoll(node.use { $0.poll(role, &context) })
  }

  static var functions: TaskFunctions<FastTask> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }
}

/// The sessions core of several, whose orders are spread over order cores.
struct SpreadTask: NodeTask {
  private let node: Resident<KernelNode<SpreadPort, PlacedJournal, SpreadEngine>>
  private let role: NodeRole

  init(_ node: Resident<KernelNode<SpreadPort, PlacedJournal, SpreadEngine>>, _ role: NodeRole) {
    (self.node, self.role) = (node, role)
  }

  func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    TaskPoll(node.use { $0.poll(role, &context) })
  }

  static var functions: TaskFunctions<SpreadTask> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }
}
