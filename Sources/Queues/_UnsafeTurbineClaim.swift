extension TurbineProducer where Message: ~Copyable, Word: ~Copyable {
  /// A message of the open claim, to be changed where it lies: 0 to the claimed count - 1.
  public subscript(index: Int) -> Message {
    @inline(__always) unsafeAddress {
      let place = unsafe slots.claimed(index, of: claimedCount, from: position)
      // SAFETY: the index was checked; nobody else is in a claimed place.
      return unsafe UnsafePointer(place)
    }
    @inline(__always) unsafeMutableAddress {
      // SAFETY: as above.
      unsafe slots.claimed(index, of: claimedCount, from: position)
    }
  }
}

extension TurbineSubProducer where Message: ~Copyable, Word: ~Copyable {
  /// A message of the open claim, to be changed where it lies: 0 to the claimed count - 1.
  public subscript(index: Int) -> Message {
    @inline(__always) unsafeAddress {
      let place = unsafe slots.claimed(index, of: claimedCount, from: position)
      // SAFETY: the index was checked; nobody else is in a claimed place.
      return unsafe UnsafePointer(place)
    }
    @inline(__always) unsafeMutableAddress {
      // SAFETY: as above.
      unsafe slots.claimed(index, of: claimedCount, from: position)
    }
  }
}

extension Slots where Message: ~Copyable, Word: ~Copyable {
  /// Where message `index` of a claim lies. The producer that claimed it may write it, until it publishes.
  @inline(__always)
  @unsafe fileprivate func claimed(
    _ index: Int, of count: Int, from first: UInt64
  ) -> UnsafeMutablePointer<Message> {
    precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "not a place of the claim")
    // SAFETY: all places hold a message for the turbine's whole life.
    let place = unsafe self.place(at: first &+ UInt64(truncatingIfNeeded: index))
    Word.willWrite(UInt(bitPattern: place))
    return unsafe place
  }
}
