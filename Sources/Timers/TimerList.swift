import Buffers
import Timing

/// The fixed list of created timers, each an interval and the task it wakes, in places that are used again. O(1).
struct TimerList: ~Copyable {
  private var timers: Table<CreatedTimer>
  private var firstFree: Int32

  private struct CreatedTimer {
    var ticks: Ticks
    /// The task; of a free place the next free one, or -1.
    var task: Int32
    /// Odd while the place is used.
    var generation: UInt32 = 0
  }

  init(count: Int, in arena: inout Arena) throws(ArenaError) {
    precondition(count >= 0 && count < Int(Int32.max), "a list has room for 0 to 2^31 - 2 timers")
    timers = try Table(count: count, in: &arena) {
      CreatedTimer(ticks: Ticks(once: .never), task: Int32($0 + 1 == count ? -1 : $0 + 1))
    }
    firstFree = count == 0 ? -1 : 0
  }

  mutating func create(_ ticks: Ticks, task: Int) throws(TimerError) -> TimerID {
    guard firstFree >= 0 else { throw .full }
    let index = firstFree
    let place = Int(index)
    firstFree = timers[place].task
    timers[place].ticks = ticks
    timers[place].task = Int32(task)
    timers[place].generation &+= 1
    return TimerID(index: index, generation: timers[place].generation)
  }

  mutating func destroy(_ id: TimerID) throws(TimerError) { release(try index(of: id)) }

  /// Frees a used place.
  mutating func release(_ index: Int) {
    timers[index].generation &+= 1
    timers[index].task = firstFree
    firstFree = Int32(index)
  }

  var count: Int { timers.count }

  func isUsed(_ index: Int) -> Bool { timers[index].generation & 1 != 0 }

  /// Where the timer stands, if it is there still.
  @inline(__always)
  func index(of id: TimerID) throws(TimerError) -> Int {
    let index = Int(id.index)
    // An id of another list may be anything.
    guard UInt(bitPattern: index) < UInt(bitPattern: timers.count), timers[index].generation == id.generation
    else { throw .stale }
    return index
  }

  @inline(__always)
  func task(at index: Int) -> Int { Int(timers[index].task) }

  subscript(index: Int) -> Ticks {
    @inline(__always) get { timers[index].ticks }
    @inline(__always) set { timers[index].ticks = newValue }
  }
}
