// What the terminal needs of the system's calls.
import Glibc

/// Whether standard error is a terminal.
func errorOutputIsTerminal() -> Bool { isatty(STDERR_FILENO) == 1 }

/// Writes to standard error at once.
func writeToErrorOutput(_ text: String) {
  let bytes = Array(text.utf8)
  // SAFETY: the array lives across the call.
  _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

/// Writes out what was printed to all open streams, so that it stands in front of an error message.
func flushOutput() {
  _ = fflush(nil)
}
