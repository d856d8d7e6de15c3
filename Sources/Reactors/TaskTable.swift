import Buffers
import Scheduling
import Timing

/// The tasks of one core: a slot each in a preallocated table, linked as a tree.
///
/// Slots are found in O(1), and so is everything but cancelling, which is O(tasks cancelled). Context: reactor.
struct TaskTable: ~Copyable {
  var slots: Table<TaskContext>
  /// What people call them.
  var names: Table<StaticString>
  /// Polls that took longer than the budget of a poll.
  var overrunCounts: Table<UInt32>
  let storage: TaskStorage
  private var firstFree: Int32
  private(set) var count = 0
  /// Tasks of which the discipline has to be told something, in the order in which it happened.
  var firstChanged = noSlot
  var lastChanged = noSlot

  init(
    slotCount: Int, slotByteCount: Int, core: Int, in arena: inout Arena
  ) throws(ArenaError) {
    precondition(
      slotCount > 0 && slotCount <= TaskID.largestSlotCount, "a reactor has room for 1 to 65,536 tasks")
    let slots = try Table(count: slotCount, in: &arena) { slot in
      var context = TaskContext(id: TaskID(slot: slot, core: core))
      context.olderSibling = slot + 1 < slotCount ? Int32(slot + 1) : noSlot
      return context
    }
    let storage = try TaskStorage(slotCount: slotCount, slotByteCount: slotByteCount, in: &arena)
    let names = try Table(repeating: StaticString("-"), count: slotCount, in: &arena)
    let overrunCounts = try Table(repeating: UInt32(0), count: slotCount, in: &arena)
    self.slots = slots
    self.names = names
    self.overrunCounts = overrunCounts
    self.storage = storage
    firstFree = 0
  }

  var slotCount: Int { slots.count }

  /// Whether `id` is of a task that has not been released.
  @inline(__always)
  func holds(_ id: TaskID) -> Bool {
    id.slot < slots.count && slots[id.slot].id == id && slots[id.slot].state != .free
  }

  /// Whether `id` is of a task that can be woken.
  @inline(__always)
  func isLive(_ id: TaskID) -> Bool {
    let slot = id.slot
    return slot < slots.count && slots[slot].id == id && slots[slot].state == .live
  }

  /// The task in `slot`, to be polled.
  @inline(__always)
  func entry(_ slot: Int) -> TaskEntry {
    precondition(slots[slot].state == .live, "the discipline picked a task that is not there")
    return storage.entry(slot, with: slots[slot].functions)
  }

  // MARK: - Slots

  /// Whether there is a free slot.
  @inline(__always) var hasRoom: Bool { firstFree != noSlot }

  /// Puts a task into a free slot, as the youngest child of `parent`; there must be room.
  @inline(__always)
  mutating func add<Task: Schedulable & ~Copyable>(
    _ task: consuming Task, name: StaticString, _ attributes: TaskAttributes, parent: Int32, keepsOutput: Bool
  ) -> TaskID {
    let slot = reserve(below: parent)
    fill(slot, task, name: name, attributes, keepsOutput: keepsOutput)
    return slots[slot].id
  }

  /// Takes a free slot, which has its name from now on, but holds nothing yet; there must be room.
  @inline(__always)
  mutating func reserve(below parent: Int32) -> Int {
    let slot = Int(firstFree)
    firstFree = slots[slot].olderSibling
    slots[slot].olderSibling = noSlot
    slots[slot].parent = parent
    slots[slot].state = .live
    count &+= 1
    return slot
  }

  /// Puts a task into a reserved slot, as the youngest child of its parent.
  @inline(__always)
  mutating func fill<Task: Schedulable & ~Copyable>(
    _ slot: Int, _ task: consuming Task, name: StaticString, _ attributes: TaskAttributes, keepsOutput: Bool
  ) {
    storage.store(task, in: slot)
    names[slot] = name
    overrunCounts[slot] = 0
    slots[slot].functions = Task.functions.erased
    slots[slot].attributes = attributes
    slots[slot].keepsOutput = keepsOutput
    let parent = slots[slot].parent
    if parent != noSlot { link(Int32(truncatingIfNeeded: slot), below: Int(parent)) }
  }

  /// Frees a reserved slot that was not filled. What was noted of it is undone but for the list.
  @inline(__always)
  mutating func giveBack(_ slot: Int) {
    slots[slot].parent = noSlot
    slots[slot].changes = slots[slot].changes.without(.woken)
    free(slot)
  }

  private mutating func link(_ child: Int32, below parent: Int) {
    let older = slots[parent].youngestChild
    slots[Int(child)].olderSibling = older
    if older != noSlot { slots[Int(older)].youngerSibling = child }
    slots[parent].youngestChild = child
  }

  private mutating func unlink(_ slot: Int, from parent: Int) {
    let older = slots[slot].olderSibling
    let younger = slots[slot].youngerSibling
    if older != noSlot { slots[Int(older)].youngerSibling = younger }
    if younger != noSlot {
      slots[Int(younger)].olderSibling = older
    } else {
      slots[parent].youngestChild = older
    }
    slots[slot].parent = noSlot
    slots[slot].olderSibling = noSlot
    slots[slot].youngerSibling = noSlot
  }

  /// Takes a task out of the tree and makes its slot the next to be taken. It has no children, and its slot holds
  /// nothing any more. What the discipline has still to be told of it stands until then, also when the slot is taken.
  @inline(__always)
  mutating func release(_ slot: Int) {
    let parent = slots[slot].parent
    if parent != noSlot { unlink(slot, from: Int(parent)) }
    free(slot)
  }

  /// Makes the slot the next to be taken. One that has used up its names is never taken again: an old name would reach
  /// its task.
  @inline(__always)
  private mutating func free(_ slot: Int) {
    slots[slot].id = slots[slot].id.next
    slots[slot].state = .free
    count &-= 1
    guard !slots[slot].id.isFirst else { return }
    slots[slot].olderSibling = firstFree
    firstFree = Int32(truncatingIfNeeded: slot)
  }
}
