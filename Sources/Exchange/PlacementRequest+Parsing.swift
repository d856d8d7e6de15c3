// From the value of `cores=` to what it asks for.
import Wire

extension PlacementRequest {
  /// Reads a value of `cores=`.
  ///
  /// - Throws: the first role or number that can not be followed.
  public init(_ line: RawSpan, _ value: Range<Int>) throws(PlacementError) {
    self.init()
    guard !value.isEmpty else { throw PlacementError(word: value, kind: .noRoles) }
    var role: CoreRole?
    var start = value.lowerBound
    while start <= value.upperBound {
      let end = line.end(of: start..<value.upperBound, before: UInt8(ascii: ","))
      guard end > start else {
        throw PlacementError(word: Self.comma(at: start, in: value), kind: .strayComma)
      }
      try read(line, start..<end, &role)
      start = end + 1
    }
  }

  /// The comma beside an empty item: the one that ends it, or else the one before it.
  private static func comma(at item: Int, in value: Range<Int>) -> Range<Int> {
    let comma = item < value.upperBound ? item : item - 1
    return comma..<(comma + 1)
  }

  /// Reads what stands between two commas: a core, or a role and its first core.
  private mutating func read(_ line: RawSpan, _ item: Range<Int>, _ role: inout CoreRole?)
    throws(PlacementError)
  {
    if line.number(item) != nil {
      guard let role else { throw PlacementError(word: item, kind: .coreWithoutRole) }
      return try readCores(line, item, role)
    }
    let end = line.end(of: item, before: UInt8(ascii: ":"))
    let name = item.lowerBound..<end
    guard let found = CoreRole(line, name) else {
      throw PlacementError(word: name.isEmpty ? item : name, kind: .unknownRole)
    }
    guard cores(found).isEmpty else { throw PlacementError(word: name, kind: .repeatedRole) }
    guard end + 1 < item.upperBound else { throw PlacementError(word: name, kind: .roleWithoutCores) }
    role = found
    try readCores(line, (end + 1)..<item.upperBound, found)
  }

  private mutating func readCores(
    _ line: RawSpan, _ item: Range<Int>, _ role: CoreRole
  ) throws(PlacementError) {
    if role == .timers && line.equals("interrupts", item) {
      return try add(Placement.sessionsCore, role, at: item)
    }
    let end = line.end(of: item, before: UInt8(ascii: "-"))
    let first = try Self.core(line, item.lowerBound..<end, of: item)
    try add(first, role, at: item.lowerBound..<end)
    guard end < item.upperBound else { return }
    let lastWord = (end + 1)..<item.upperBound
    let last = try Self.core(line, lastWord, of: item)
    guard last >= first else { throw PlacementError(word: item, kind: .backwardRange) }
    guard last > first else { throw PlacementError(word: lastWord, kind: .repeatedCore) }
    for core in (first + 1)..<last {
      guard !cores(role).contains(core) else { throw PlacementError(word: item, kind: .repeatedCore) }
      insert(core, role)
    }
    try add(last, role, at: lastWord)
  }

  private static func core(
    _ line: RawSpan, _ word: Range<Int>, of item: Range<Int>
  ) throws(PlacementError) -> Int {
    guard let core = line.wholeNumber(word, digits: 3) else {
      throw PlacementError(word: item, kind: .unreadableCore)
    }
    guard core < CoreSet.limit else { throw PlacementError(word: word, kind: .coreBeyondLimit) }
    return core
  }

  private mutating func add(_ core: Int, _ role: CoreRole, at word: Range<Int>) throws(PlacementError) {
    guard !cores(role).contains(core) else { throw PlacementError(word: word, kind: .repeatedCore) }
    guard role.takesManyCores || cores(role).isEmpty else {
      throw PlacementError(word: word, kind: .tooManyCores)
    }
    insert(core, role, at: word)
  }
}
