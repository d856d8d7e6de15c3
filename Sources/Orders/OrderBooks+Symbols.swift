import Buffers

/// Whose book it is.
struct BookName: BitwiseCopyable {
  /// Zero in a book that never had one.
  var symbol: Symbol
  /// The next in the list of idle books.
  var nextIdle: PoolIndex
  /// Whether it is in that list. It may have got orders since; that is looked at when its turn comes.
  var isListed: Bool
}

extension OrderBooks {
  /// The book of a symbol that has one; `none` otherwise.
  @inline(__always) func book(of symbol: Symbol) -> PoolIndex {
    guard let position = booksByName.position(of: symbol.rawValue) else { return .none }
    return booksByName.value(at: position)
  }

  /// Gives a symbol without a book the one that has been idle longest; `none` when every book has orders, or when it
  /// is no valid symbol.
  ///
  /// The caller puts an order into it. Complexity: O(1) amortised, at most the number of symbols.
  @inline(never) mutating func openBook(for symbol: Symbol) -> PoolIndex {
    guard symbol.isValid else { return .none }
    while firstIdleBook != .none {
      let book = firstIdleBook
      firstIdleBook = names[Int(book)].nextIdle
      names[Int(book)].isListed = false
      if isEmpty(book) {
        rename(book, to: symbol)
        return book
      }
    }
    return .none
  }

  private mutating func rename(_ book: PoolIndex, to symbol: Symbol) {
    let former = names[Int(book)].symbol.rawValue
    if former != 0, let position = booksByName.position(of: former) { booksByName.remove(at: position) }
    names[Int(book)].symbol = symbol
    booksByName.insert(symbol.rawValue, value: book)
  }

  @inline(__always) private func isEmpty(_ book: PoolIndex) -> Bool {
    sides[2 * Int(book)].root == .none && sides[2 * Int(book) + 1].root == .none
  }

  /// Lists the book of a side that has just become empty, when the other side is empty too.
  @inline(__always) mutating func sideBecameEmpty(_ side: Int) {
    let book = side &>> 1
    guard sides[side ^ 1].root == .none, !names[book].isListed else { return }
    listIdle(book)
  }

  @inline(never) private mutating func listIdle(_ book: Int) {
    names[book].isListed = true
    names[book].nextIdle = .none
    if firstIdleBook == .none {
      firstIdleBook = PoolIndex(truncatingIfNeeded: book)
    } else {
      names[Int(lastIdleBook)].nextIdle = PoolIndex(truncatingIfNeeded: book)
    }
    lastIdleBook = PoolIndex(truncatingIfNeeded: book)
  }
}
