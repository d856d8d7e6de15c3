/// What travels from the sessions core to an order core.
struct SimulatedMessage: BitwiseCopyable {
  enum Kind: UInt8 {
    case order
    case release
    case await
  }

  var kind: Kind
  /// The class it was routed into, 0 the most urgent.
  var priority: UInt8
  var bucket: UInt16
  var client: UInt32
  /// In the order of routing; of a move, the core that receives.
  var number: UInt32
  /// In the order of its client's messages.
  var clientNumber: UInt32
  /// Less urgent messages that its core had started when it was sent.
  var startedBefore: UInt32 = 0
}

/// What an order core says when it has done something.
struct SimulatedCompletion: BitwiseCopyable {
  enum Kind: UInt8 {
    case answer
    case released
    case arrived
  }

  var kind: Kind
  var bucket: UInt16
  var client: UInt32
  var number: UInt32
  var clientNumber: UInt32
  /// How many messages of the bucket have been applied, as its state says.
  var version: UInt32
}

/// What a core knows of a bucket: it travels when the bucket moves.
struct SimulatedState: BitwiseCopyable {
  var bucket: UInt16
  var version: UInt32
}
