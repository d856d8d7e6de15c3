import Machine
import Tracing

extension BootLog {
  /// Says which processors and which memory belong together, on a machine with several nodes.
  func write(_ processors: FoundProcessors, _ memory: borrowing MemoryMap) {
    let nodeCount = memory.nodeCount
    guard nodeCount > 1 else { return }
    var byteCounts = InlineArray<16, UInt64>(repeating: 0)
    for node in 0..<nodeCount { byteCounts[node] = memory.byteCount(ofNode: node) }
    line { console in
      console.write("sluice: ")
      console.write(UInt64(nodeCount))
      console.write(" nodes:")
      for node in 0..<nodeCount {
        console.write(node == 0 ? " node " : "; node ")
        console.write(UInt64(node))
        console.write(coresOf: node, processors)
        console.write(" memory ")
        console.write(byteCounts[node] >> 20)
        console.write(" MiB")
      }
    }
  }

  /// Says which processors are not used, and why.
  func write(leftOut processors: FoundProcessors) {
    if !processors.canStartOthers {
      line("sluice: only one core: the page at 0x8000, where others begin, is not usable memory")
    } else if processors.leftOutCount > 0 {
      line {
        $0.write("sluice: ")
        $0.write(UInt64(processors.leftOutCount))
        $0.write(" more processors are not used: there can be 16 cores, with identifiers below 255")
      }
    }
  }
}

extension TextWriter where Self: ~Copyable {
  /// As they would be numbered if all of them came up.
  fileprivate mutating func write(coresOf node: Int, _ processors: FoundProcessors) {
    var isFirst = true
    for index in 0..<processors.count where processors.node(at: index) == node {
      write(isFirst ? " cores " : ",")
      write(UInt64(index))
      isFirst = false
    }
    if isFirst { write(" no cores") }
  }
}
