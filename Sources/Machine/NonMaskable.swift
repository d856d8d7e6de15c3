/// Where a core comes to that gets a non-maskable interrupt: another one has a panic, and this one stops; or another one
/// asks where it is, and it says so and goes on; else it is an exception as any. Context: interrupt, with whatever lies
/// below.
@c(non_maskable_raised) public func nonMaskableRaised(_ frame: UnsafePointer<UInt64>, _ faultAddress: UInt64)
{
  // SAFETY: only the stub calls this, with the words it has just pushed.
  let place = unsafe ExceptionFrame(words: frame).instructionPointer
  // A question and a panic may have come as one interrupt.
  if !Panic.isAnothers && answerQuestion(place) { return }
  unsafe exceptionRaised(frame, faultAddress)
}

/// - Returns: whether there was a question.
private func answerQuestion(_ place: UInt64) -> Bool {
  let question = CoreBlock[.question]
  guard CoreBlock[.answer] != question else { return false }
  CoreBlock[.answerPlace] = UInt(place)
  CoreBlock[.answer] = question
  return true
}
