// From what was asked for, and the cores there are, to who does what.

extension PlacementRequest {
  /// Gives the placement on a machine with `coreCount` cores, of which at most `CoreSet.limit` are used.
  ///
  /// What was not asked for: network I/O is done by core 0, orders by all cores that do no network I/O (by core 0 when
  /// there is one core), timers and journal by core 0.
  ///
  /// - Throws: the first core in the line that does not exist, else the rule of ``Placement`` that is broken.
  /// - Precondition: there is a core.
  public func resolve(coreCount: Int) throws(PlacementError) -> Placement {
    precondition(coreCount >= 1, "there is a core")
    let existing = CoreSet(0..<coreCount)
    if let place = firstPlace(outside: existing) { throw PlacementError(word: place, kind: .noSuchCore) }
    let ioCores = cores(.io).isEmpty ? CoreSet(Placement.sessionsCore) : cores(.io)
    guard ioCores.contains(Placement.sessionsCore) else {
      throw PlacementError(word: firstPlace(.io), kind: .sessionsCoreMissing)
    }
    return Placement(
      ioCores: ioCores,
      orderCores: try orderCores(existing, ioCores),
      timersCore: cores(.timers).first ?? Placement.sessionsCore,
      journalCore: cores(.journal).first ?? Placement.sessionsCore)
  }

  private func orderCores(_ existing: CoreSet, _ ioCores: CoreSet) throws(PlacementError) -> CoreSet {
    let asked = cores(.orders)
    if asked.contains(Placement.sessionsCore) && asked.count > 1 {
      let place = place(of: Placement.sessionsCore, .orders) ?? firstPlace(.orders)
      throw PlacementError(word: place, kind: .sessionsCoreAmongOrderCores)
    }
    guard asked.isEmpty else { return asked }
    guard existing.count > 1 else { return existing }
    let rest = existing.subtracting(ioCores)
    guard !rest.isEmpty else { throw PlacementError(word: firstPlace(.io), kind: .noCoreForOrders) }
    return rest
  }

  /// Where the line first names a core in this role.
  private func firstPlace(_ role: CoreRole) -> Range<Int> {
    firstPlace(role, outside: CoreSet()) ?? 0..<0
  }

  /// Where the line first names a core that is not in `cores`, in any role.
  private func firstPlace(outside cores: CoreSet) -> Range<Int>? {
    var first: Range<Int>?
    for value in 0..<UInt8(CoreRole.count) {
      guard let role = CoreRole(rawValue: value), let place = firstPlace(role, outside: cores) else {
        continue
      }
      if first.map({ place.lowerBound < $0.lowerBound }) ?? true { first = place }
    }
    return first
  }

  private func firstPlace(_ role: CoreRole, outside cores: CoreSet) -> Range<Int>? {
    var first: Range<Int>?
    for core in 0..<CoreSet.limit {
      guard !cores.contains(core), let place = place(of: core, role) else { continue }
      if first.map({ place.lowerBound < $0.lowerBound }) ?? true { first = place }
    }
    return first
  }
}
