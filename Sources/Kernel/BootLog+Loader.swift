import Machine
import Tracing

extension BootLog {
  /// Looks at what the loader says: nothing of it is guessed. What cannot be right stops the boot.
  func check(_ startInfo: borrowing StartInfo) {
    if startInfo.isCommandLineCut {
      Self.stop("the command line is longer than the 1024 bytes that are read: leave words out")
    }
    let leftOut = startInfo.leftOutRangeCount
    if leftOut > 0 {
      line { console in
        console.write("sluice: the loader's memory map has more than 128 ranges: ")
        console.write(UInt64(leftOut))
        console.write(" are left out, and memory that they call usable is not used")
      }
    }
    if !startInfo.isImageUsable { stopForImage() }
  }

  private func stopForImage() -> Never {
    Self.stop { console in
      console.write("the loader's memory map does not call the image's own memory usable, ")
      console.write(hexadecimal: UInt64(Image.start))
      console.write(" to ")
      console.write(hexadecimal: UInt64(Image.end))
      console.write(": give the machine 8 MiB or more, or use another loader")
    }
  }
}
