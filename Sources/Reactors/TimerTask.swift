public import Buffers
public import Queues
public import Timers

/// A timer server as a task, whose ticks name tasks: of the asking reactor itself, or on a core of its own.
///
/// It is to be woken when there is a request: by the source that the service's hook marks, `Reactor.connect`. It ends when
/// the client is gone.
public struct TimerTask: Schedulable, ~Copyable {
  /// Requests and ticks of one poll, together.
  public static let budget = 64

  /// Nothing once it has ended. Resident, since it is larger than most tasks.
  private let server: Resident<TimerServer<TaskID, HardwareWord>?>

  /// Context: boot.
  public init(
    _ server: consuming TimerServer<TaskID, HardwareWord>, in arena: inout Arena
  ) throws(ArenaError) {
    self.server = try Resident(server, in: &arena)
  }

  public mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    server.use { server in
      guard let status = server?.poll(&context) else {
        server = nil
        return .finished
      }
      return TaskPoll(status)
    }
  }

  public static var functions: TaskFunctions<TimerTask> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }
}

extension TimerServer<TaskID, HardwareWord> {
  /// Nothing when it is over.
  fileprivate mutating func poll(_ context: inout CoreContext) -> TaskStatus? {
    if serve(at: context.now, budget: TimerTask.budget) { return .ready }
    if isOver { return nil }
    context.deadline = nextDeadline
    return armWakeup() ? .ready : .waiting
  }
}
