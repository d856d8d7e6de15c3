extension StaticString {
  /// The text's UTF-8 bytes.
  public var bytes: RawSpan {
    @_lifetime(immortal) get {
      precondition(hasPointerRepresentation, "a single scalar has no bytes in memory")
      // SAFETY: a static string's bytes live as long as the image.
      return unsafe _overrideLifetime(
        RawSpan(_unsafeStart: utf8Start, byteCount: utf8CodeUnitCount), copying: ())
    }
  }
}
