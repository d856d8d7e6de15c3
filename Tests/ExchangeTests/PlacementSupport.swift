import Exchange
import TestSupport
import Tracing
import XCTest

/// Text in memory.
struct TextBuffer: TextWriter {
  var bytes: [UInt8] = []
  mutating func write(byte: UInt8) { bytes.append(byte) }
  var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// What became of a command line, on a machine with so many cores.
enum PlacementOutcome: Equatable {
  case placed(Placement)
  case refused(NodeOptionsError.Kind, Range<Int>)

  var placement: Placement? {
    if case .placed(let placement) = self { placement } else { nil }
  }
}

func nodeOptions(_ line: [UInt8]) throws(NodeOptionsError) -> NodeOptions {
  try NodeOptions(commandLine: line.rawBytes)
}

/// Takes both steps: reads the line, then looks for the cores.
func outcome(_ line: [UInt8], coreCount: Int) -> PlacementOutcome {
  do throws(NodeOptionsError) {
    let request = try nodeOptions(line).placement
    do throws(PlacementError) {
      return .placed(try request.resolve(coreCount: coreCount))
    } catch {
      return .refused(.cores(error.kind), error.word)
    }
  } catch {
    return .refused(error.kind, error.word)
  }
}

func outcome(_ line: String, coreCount: Int) -> PlacementOutcome {
  outcome(Array(line.utf8), coreCount: coreCount)
}

/// The placement as the boot log shows it.
func written(_ placement: Placement) -> String {
  var buffer = TextBuffer()
  placement.write(to: &buffer)
  return buffer.text
}

/// The numbers of a set's cores.
func numbers(_ cores: CoreSet) -> [Int] {
  (0..<CoreSet.limit).filter(cores.contains)
}
