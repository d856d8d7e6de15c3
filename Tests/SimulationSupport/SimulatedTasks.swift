import Buffers
public import Exchange
public import Reactors
public import TestSupport

/// The order node's two tasks, as the kernel runs them.
public struct SimulatedTasks<Inner: InputJournal & ~Copyable>: TaskSet, ~Copyable {
  static var journalTask: Int { 0 }
  static var networkTask: Int { 1 }

  public var node: OrderNode<FakeLink, HostedJournal<Inner>>

  init(_ node: consuming OrderNode<FakeLink, HostedJournal<Inner>>) { self.node = node }

  public mutating func poll(
    task: Int, in context: inout TaskContext, record: inout ReactorRecord
  ) -> TaskStatus {
    task == Self.networkTask
      ? node.pollNetwork(&context, trace: &record.trace)
      : node.pollJournal(&context, networkTask: Self.networkTask, trace: &record.trace)
  }
}
