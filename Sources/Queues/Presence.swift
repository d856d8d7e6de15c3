/// Nothing, but not trivial: stored in an end whose size depends on its ring, it makes unspecialised code run the end's
/// `deinit`. Without it the compiler takes such a type for plain bytes, and an end that is dropped would not depart.
struct Presence: ~Copyable {
  deinit { Self.leave() }

  @inline(never) @_optimize(none)
  private static func leave() {}
}
