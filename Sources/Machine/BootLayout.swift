/// Where the linker and boot/entry.asm put things; the order is that of `boot_layout_table` there.
struct BootLayout {
  enum Item: Int {
    case imageStart, textEnd, readOnlyDataEnd, imageEnd
    case pageMap, pageDirectoryPointers, pageDirectories, pageTables, registerTables
    case bootStackGuard, doubleFaultStackGuard, nonMaskableInterruptStackGuard, machineCheckStackGuard
    case interruptStubs, spuriousStub, timerStub, urgentStubs, interruptDescriptors
    case startCode, startCodeEnd, coreStart, coreAnswers
  }

  static subscript(item: Item) -> UInt {
    // SAFETY: the table in boot/entry.asm has a word for each case, in this order.
    unsafe UnsafePointer<UInt>(bitPattern: bootLayoutAddress())![item.rawValue]
  }
}

/// The image's place in memory.
public enum Image {
  public static var start: UInt { BootLayout[.imageStart] }
  public static var textEnd: UInt { BootLayout[.textEnd] }
  public static var end: UInt { BootLayout[.imageEnd] }
}
