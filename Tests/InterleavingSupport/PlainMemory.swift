/// Finds data races: two accesses to one address, one of them a write, with neither happening before the other.
struct PlainMemory {
  private struct Cell {
    let address: UInt
    /// The last write: its thread and that thread's clock.
    var writer = -1
    var written: UInt32 = 0
    /// Each thread's clock when it read last.
    var read = SIMD4<UInt32>()
  }

  private var cells: [Cell] = []

  mutating func reset() { cells.removeAll(keepingCapacity: true) }

  /// A small number for an address: the how manieth of this execution it is.
  mutating func number(of address: UInt) -> Int {
    if let found = cells.firstIndex(where: { $0.address == address }) { return found }
    cells.append(Cell(address: address))
    return cells.count - 1
  }

  /// Notes an access; gives the thread it races with, if any.
  mutating func access(_ number: Int, by thread: Int, _ clock: SIMD4<UInt32>, isWrite: Bool) -> Int? {
    let cell = cells[number]
    if cell.writer >= 0, clock[cell.writer] < cell.written { return cell.writer }
    guard isWrite else {
      cells[number].read[thread] = clock[thread]
      return nil
    }
    for reader in 0..<threadLimit where clock[reader] < cell.read[reader] { return reader }
    cells[number].writer = thread
    cells[number].written = clock[thread]
    return nil
  }
}
