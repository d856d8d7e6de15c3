/// What a producer owes its ring when it is dropped.
///
/// A part of its own, because its size does not depend on the ring: of a type whose size does, unspecialised code does
/// not run the `deinit`, and an end that is dropped would not depart.
public struct ProducerTenure<Ring: RingWriting>: ~Copyable {
  private let ring: Placed<Ring>
  /// Messages that were put from `first` on and are not published.
  var first: UInt64 = 0
  var written: UInt64 = 0

  init(_ ring: Placed<Ring>) { self.ring = ring }

  deinit {
    for index in 0..<written { _ = ring.value.takeBack(at: first &+ index) }
    ring.value.departProducer()
    // So that a sleeping consumer learns of the end.
    ring.value.wakeReaders()
  }
}

/// What a consumer owes its ring when it is dropped.
public struct ReaderTenure<Ring: RingReading>: ~Copyable {
  private let ring: Placed<Ring>

  init(_ ring: Placed<Ring>) { self.ring = ring }

  deinit { ring.value.departReader() }
}

extension ProducerTenure: Sendable {}

extension ReaderTenure: Sendable {}
