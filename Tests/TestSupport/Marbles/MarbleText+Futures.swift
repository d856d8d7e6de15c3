public import Streams
public import Timing

extension Either: MarbleText where First: MarbleText & ~Copyable, Second: MarbleText & ~Copyable {
  public consuming func marbleText() -> String {
    switch consume self {
    case .first(let message): message.marbleText()
    case .second(let message): message.marbleText()
    }
  }
}

extension Pair: MarbleText where First: MarbleText & ~Copyable, Second: MarbleText & ~Copyable {
  public consuming func marbleText() -> String { first.marbleText() + second.marbleText() }
}

extension Indexed: MarbleText where Value: MarbleText & ~Copyable {
  public consuming func marbleText() -> String { value.marbleText() }
}

extension Instant: MarbleText {
  public consuming func marbleText() -> String { String(nanoseconds) }
}
