extension WaitStrategy {
  var hasHook: Bool {
    if case .wake = self { true } else { false }
  }

  /// Calls the hook when a consumer asked for it, once for each time it asked. After a publication.
  func wake<let count: Int, Word: SharedWord & ~Copyable>(_ words: SharedWords<count, Word>, _ sleeping: Int)
  {
    guard case .wake(let hook) = self else { return }
    // The consumer raises the flag, fences, and looks for messages; one of the two sees the other.
    Word.fence()
    if words[sleeping].load() != 0, words[sleeping].exchange(0) != 0 { hook() }
  }
}
