// What the kernel says about its command line: what it does not follow, where that stands, and what it expected.
import Exchange
import Machine
import Tracing
import Wire

/// Reads the command line; a word that is not followed stops the boot.
func readOptions(_ line: RawSpan) -> NodeOptions {
  do throws(NodeOptionsError) {
    return try NodeOptions(commandLine: line)
  } catch {
    let (word, kind) = (error.word, error.kind)
    stop(line, word) { console in
      if case .cores(let kind) = kind { return describe(kind, line.extracting(word), coreCount: 0, &console) }
      console.write(describe(kind))
      console.write(line.extracting(word))
      console.write("; known are ip=ADDRESS/PREFIX gw=ADDRESS durability=journal|none ")
      console.write("scheduler=levels|round-robin|deadline|fair watchdog=MILLISECONDS|off (100 to 4000) ")
      console.write(
        "cores=ROLE:CORE,... priorities=cancels|arrival balance=on|off|MILLISECONDS (1 to 10000) ")
      console.write("buckets=16|32|64|128|256 pci=off virtio_mmio.device=SIZE@ADDRESS:INTERRUPT")
    }
  }
}

/// Gives each of the cores that were found its roles; a placement that can not be had stops the boot.
func resolvePlacement(_ options: NodeOptions, coreCount: Int, _ line: RawSpan) -> Placement {
  do throws(PlacementError) {
    return try options.placement.resolve(coreCount: coreCount)
  } catch {
    let (word, kind) = (error.word, error.kind)
    stop(line, word) { describe(kind, line.extracting(word), coreCount: coreCount, &$0) }
  }
}

/// Ends the boot: says what is wrong, and shows the line with a mark under the place.
private func stop(_ line: RawSpan, _ word: Range<Int>, _ text: (inout Console) -> Void) -> Never {
  BootLog.stop { console in
    text(&console)
    console.write(" (byte ")
    console.write(UInt64(word.lowerBound))
    console.write(" of the command line)\n  ")
    show(line, in: &console)
    console.write("\n  ")
    for _ in 0..<word.lowerBound { console.write(" ") }
    console.write("^")
  }
}

/// One column a byte, so that the mark stands under its place: tabs and ends of lines separate words as spaces do.
private func show(_ line: RawSpan, in console: inout Console) {
  for index in 0..<line.byteCount {
    switch line.byte(at: index) {
    case 0x09, 0x0A, 0x0D: console.write(" ")
    default: console.write(line.extracting(index..<index + 1))
    }
  }
}

private func describe(_ kind: NodeOptionsError.Kind) -> StaticString {
  switch kind {
  case .unknownWord: "unknown word on the command line: "
  case .unreadableAddress: "unreadable address on the command line: "
  case .unreadableNumber: "unreadable number on the command line: "
  case .unreadableDevice:
    "unreadable device on the command line, expected SIZE@ADDRESS:INTERRUPT as in 512@0xfeb00e00:12: "
  case .tooManyDevices: "more than 16 devices on the command line: "
  case .cores: "cores=: "
  }
}

private func describe(
  _ kind: PlacementError.Kind, _ word: RawSpan, coreCount: Int, _ console: inout Console
) {
  let (before, after) = describe(kind)
  console.write("cores=: ")
  console.write(before)
  console.write(word)
  console.write(after)
  guard kind == .noSuchCore || kind == .noCoreForOrders else { return }
  console.write(": the machine has ")
  console.write(UInt64(coreCount))
  console.write(coreCount == 1 ? " core, 0" : " cores, 0 to ")
  if coreCount > 1 { console.write(UInt64(coreCount - 1)) }
}

/// What is said before and after the role or number that is meant.
private func describe(_ kind: PlacementError.Kind) -> (before: StaticString, after: StaticString) {
  switch kind {
  case .noRoles: ("no role in ", ": expected ROLE:CORE,... with the roles io, orders, timers and journal")
  case .unknownRole: ("unknown role ", ": expected io, orders, timers or journal")
  case .repeatedRole: ("the role ", " is there twice: expected each role once")
  case .roleWithoutCores: ("no core for the role ", ": expected ROLE:CORE, as in orders:1,2")
  case .coreWithoutRole: ("no role for the core ", ": expected ROLE:CORE, as in orders:1,2")
  case .strayComma:
    ("nothing beside the comma ", ": expected a role or a core between commas and at the ends")
  case .unreadableCore: ("unreadable core ", ": expected a number or a range, as 1 or 1-3")
  case .coreBeyondLimit: ("no core ", ": expected 0 to 15, since at most 16 cores are used")
  case .backwardRange: ("the range ", " ends before it begins: expected the lower core first, as in 1-3")
  case .repeatedCore: ("the role has the core ", " already: expected each core once")
  case .tooManyCores:
    ("the role has a core before ", " already: expected one core for timers, one for journal")
  case .noSuchCore: ("no core ", "")
  case .sessionsCoreMissing:
    ("network I/O begins with core ", ": expected core 0 among the cores of io, since it keeps the sessions")
  case .sessionsCoreAmongOrderCores:
    ("core ", " keeps the sessions: expected orders:0 alone, or only other cores for orders")
  case .noCoreForOrders: ("no core for the role orders: io has core ", " and all others")
  }
}
