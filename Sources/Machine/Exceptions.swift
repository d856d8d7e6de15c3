/// What boot/interrupts.asm pushed when an exception was raised, lowest address first.
///
/// SAFETY: the stub pushed at least 21 words from `words` on, and nothing returns to what they belong to.
@unsafe struct ExceptionFrame {
  let words: UnsafePointer<UInt64>

  var framePointer: UInt { unsafe UInt(words[10]) }
  var vector: UInt64 { unsafe words[15] }
  var errorCode: UInt64 { unsafe words[16] }
  var instructionPointer: UInt64 { unsafe words[17] }
  var stackPointer: UInt64 { unsafe words[20] }
}

/// Where every exception ends: what happened, where, and how the core got there. Symbolised by `tools/symbolize`.
@c(exception_raised) public func exceptionRaised(_ frame: UnsafePointer<UInt64>, _ faultAddress: UInt64) {
  // SAFETY: only the stub calls this, with the words it has just pushed.
  let frame = unsafe ExceptionFrame(words: frame)
  unsafe Panic.begin(at: frame.instructionPointer)
  Console.newLine()
  Console.write("sluice: panic: exception ")
  unsafe Console.write(frame.vector)
  Console.write(" (")
  unsafe Console.write(exceptionName(frame.vector))
  Console.write(") error ")
  unsafe Console.write(hexadecimal: frame.errorCode)
  Console.write(" rip ")
  unsafe Console.write(hexadecimal: frame.instructionPointer)
  Console.write(" cr2 ")
  Console.write(hexadecimal: faultAddress)
  Console.write(" rsp ")
  unsafe Console.write(hexadecimal: frame.stackPointer)
  Console.write(" core ")
  Console.write(UInt64(CoreBlock[.number]))
  Console.newLine()
  unsafe Backtrace.write(instructionPointer: frame.instructionPointer, framePointer: frame.framePointer)
  PanicTrace.write()
  Panic.writeOthers()
  Machine.stop(.panic)
}

/// Intel SDM 3A, table 6-1.
private func exceptionName(_ vector: UInt64) -> StaticString {
  switch vector {
  case 0: "divide error"
  case 1: "debug"
  case 2: "non-maskable interrupt"
  case 3: "breakpoint"
  case 6: "invalid opcode"
  case 8: "double fault"
  case 10: "invalid task segment"
  case 11: "segment not present"
  case 12: "stack fault"
  case 13: "general protection"
  case 14: "page fault"
  case 17: "alignment check"
  case 18: "machine check"
  default: "exception"
  }
}
