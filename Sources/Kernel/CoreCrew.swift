import Buffers
import Machine
import Queues
import Timing
import Tracing

/// The machine's cores and its memory, node by node. The cores but the first one are started and wait for their duty.
struct CoreCrew: ~Copyable {
  /// Memory for the start of a core: its stacks and its block.
  private static let startByteCount = 256 << 10

  /// The memory of the first core's node.
  var arena: Arena
  /// That of the other nodes, by node.
  private var arenas: Table<Arena?>
  /// How each core but the first one gets its duty; by core.
  private var senders: Table<DutySender?>
  private(set) var coreCount = 1
  private let firstNode: Int

  /// Finds processors and memory, and starts every processor.
  init(_ startInfo: borrowing StartInfo, _ core: inout Core, _ log: BootLog) {
    let processors = Processors.find(startInfo, from: core)
    var memory = MemoryMap(startInfo, processors)
    log.write(processors, memory)
    firstNode = processors.node(at: 0)
    guard let own = memory.takeArena(ofNode: firstNode) else {
      BootLog.stop("the loader's memory map has no usable memory above the image")
    }
    arena = own
    log.write(ofMemory: arena.remainingByteCount)
    let nodeCount = memory.nodeCount
    do throws(ArenaError) {
      arenas = try Table(count: nodeCount, in: &arena) { _ in nil }
      senders = try Table(count: Processors.mostCores, in: &arena) { _ in nil }
    } catch {
      stopForMemory()
    }
    for node in 0..<nodeCount where node != firstNode { arenas[node] = memory.takeArena(ofNode: node) }
    for index in 1..<max(1, processors.count) {
      start(processors.identifier(at: index), node: processors.node(at: index), &core)
    }
    if coreCount > 1 {
      let count = coreCount
      log.line {
        $0.write("sluice: ")
        $0.write(UInt64(count))
        $0.write(" cores up, found by ")
        $0.write(processors.source.name)
      }
    }
    log.write(leftOut: processors)
  }

  private mutating func start(_ identifier: UInt8, node: Int, _ core: inout Core) {
    do throws(QueueError) {
      let hook = LocalAPIC.wakeHook(source: InterruptSource.duty, onProcessor: identifier)
      let ends = try VecLink<CoreDuty, HardwareWord>(
        QueueProperties(capacity: 1, waiting: .wake(hook)), in: &arena
      ).link()
      var memory = takeMemory(byteCount: Self.startByteCount, node: node)
      let program: WaitingCore?
      do throws(ArenaError) {
        program = try Processors.start(WaitingCore(ends.consumer), on: identifier, from: &core, in: &memory)
      } catch { stopForMemory() }
      // One that does not come up was named on the console.
      guard program == nil else { return }
      senders[coreCount] = .some(ends.producer)
      coreCount += 1
    } catch {
      stopForMemory()
    }
  }

  /// Memory of a node, or of the first core's where that has none left.
  private mutating func takeMemory(byteCount: Int, node: Int) -> Arena {
    if node != firstNode, arenas[node] != nil, let part = try? arenas[node]!.split(byteCount: byteCount) {
      return part
    }
    guard let part = try? arena.split(byteCount: byteCount) else { stopForMemory() }
    return part
  }

  /// Memory for a core, of its own node.
  mutating func takeMemory(byteCount: Int, forCore number: Int) -> Arena {
    takeMemory(byteCount: byteCount, node: Processors.node(ofCore: number))
  }

  /// Gives a core its duty. It takes it up at once.
  mutating func give(_ duty: consuming CoreDuty, to number: Int) {
    guard senders[number] != nil, senders[number]!.push(duty) == nil else {
      Machine.panic("a core has its duty already")
    }
  }
}
