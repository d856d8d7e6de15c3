/// What the sessions core knows of one client's messages that order cores have.
struct ClientFlow: BitwiseCopyable {
  /// The greatest reference number that was used up, as far as is known.
  var lastReference: UInt32 = 0
  /// The same, if everything under way used up its own.
  var greatestReference: UInt32 = 0
  /// Messages sent to order cores, and those merged. They wrap.
  var sentCount: UInt32 = 0
  var mergedCount: UInt32 = 0

  /// Whether the first of those under way was sent in a class more urgent than the least; until it is merged.
  var isFirstUrgent = false

  /// Whether none of its messages is under way.
  var isIdle: Bool { @inline(__always) get { sentCount == mergedCount } }
}

extension ClientFlow {
  /// One more message is sent.
  ///
  /// - Returns: the how-manieth it is, and whether it is the only one under way.
  @inline(__always)
  mutating func send() -> (number: UInt32, isFirst: Bool) {
    let isFirst = isIdle
    sentCount &+= 1
    return (sentCount, isFirst)
  }

  /// The message that was sent first is merged; 0 when it used up no reference number.
  @inline(__always)
  mutating func merge(usedReference: UInt32) {
    mergedCount &+= 1
    isFirstUrgent = false
    use(usedReference)
    if isIdle { greatestReference = lastReference }
  }

  /// A reference number is used up for certain.
  @inline(__always)
  mutating func use(_ reference: UInt32) {
    lastReference = max(lastReference, reference)
    greatestReference = max(greatestReference, reference)
  }
}
