extension BlockDevice where Transport: ~Copyable {
  /// Leaves the device alone: it forgets its queue and can neither interrupt nor reach memory any more. Nothing is in
  /// flight. Context: boot.
  public consuming func close() {
    precondition(inFlightCount == 0, "a disk is closed with requests in flight")
    do throws(VirtioError) {
      try transport.reset()
    } catch {
      transport.giveUp()
    }
    transport.isolate()
  }
}
