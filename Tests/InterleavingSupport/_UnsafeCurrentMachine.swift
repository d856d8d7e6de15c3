/// Where the words find their machine.
enum CurrentMachine {
  // SAFETY: explorations run one at a time, on one system thread.
  nonisolated(unsafe) static var machine: ModelMachine?
  /// What failed executions left behind in the middle of their work: never touched again.
  nonisolated(unsafe) static var abandoned: [Any] = []
}

extension ModelMachine {
  static var current: ModelMachine {
    guard let machine = unsafe CurrentMachine.machine else {
      preconditionFailure("model words exist only within explore(...)")
    }
    return machine
  }

  static func install(_ machine: ModelMachine?) { unsafe CurrentMachine.machine = machine }
  static func abandon(_ remains: Any) { unsafe CurrentMachine.abandoned.append(remains) }
}
