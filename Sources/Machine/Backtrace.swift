/// The way a core came to where it is: the chain of frame pointers, one line each, for `tools/symbolize`.
public enum Backtrace {
  /// A chain longer than this is cut.
  static let longest = 32

  /// Writes the instruction pointer and the return addresses above it.
  static func write(instructionPointer: UInt64, framePointer: UInt) {
    Console.write("  at ")
    Console.write(hexadecimal: instructionPointer)
    Console.newLine()
    var frame = framePointer
    var depth = 0
    // Frames lie on the core's own stacks, at rising addresses; anything else ends the chain.
    while depth < longest, frame >= CoreBlock[.stacks], frame < CoreBlock[.stacksEnd] - 16, frame % 8 == 0 {
      // SAFETY: the two words lie where the core's stacks are, which is mapped but for the pages below them.
      let words = unsafe UnsafePointer<UInt>(bitPattern: frame)!
      let returnAddress = unsafe words[1]
      guard returnAddress >= Image.start, returnAddress < Image.textEnd else { return }
      Console.write("  at ")
      Console.write(hexadecimal: UInt64(returnAddress - 1))
      Console.newLine()
      let next = unsafe words[0]
      guard next > frame else { return }
      frame = next
      depth += 1
    }
  }

  /// In the function that called the one whose frame is the innermost.
  static var callerAddress: UInt64 {
    @inline(__always) get {
      // SAFETY: the frame pointer leads to two words, the second of which is the return address.
      unsafe UInt64(UnsafePointer<UInt>(bitPattern: framePointerRead())!.advanced(by: 1).pointee - 1)
    }
  }

  /// Writes the chain from the caller on.
  public static func write() {
    let frame = framePointerRead()
    write(instructionPointer: 0, framePointer: frame)
  }
}
