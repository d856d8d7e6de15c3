import Buffers
import Queues

/// All that can be measured, and all that can be tried hard.
enum Table {
  static var measurements: [Entry] {
    links(UInt64.self) + links(Line.self) + subs(UInt64.self) + subs(Line.self) + pubs(UInt64.self) + pubs(Line.self)
      + [Pipeline.entry]
  }

  static var stresses: [Entry] {
    [
      LinkOperations(make: { Made<Line>.vecLink() }).stress("VecLink"),
      LinkOperations(make: { Made<Line>.turbineLink() }).stress("TurbineLink"),
      LinkOperations(make: { Made<Line>.nodeLink() }).stress("NodeLink"),
      SubOperations(make: { Made<Line>.turbineSub() }).stress("TurbineSub"),
      SubOperations(make: { Made<Line>.nodeSub() }).stress("NodeSub"),
      PubOperations(make: { Made<Line>.turbine() }).stress("Turbine"),
    ]
  }

  private static func links<Message: Payload>(_: Message.Type) -> [Entry] {
    LinkOperations(make: { Made<Message>.vecLink() }).entries("VecLink")
      + LinkOperations(make: { Made<Message>.turbineLink() }).entries("TurbineLink")
      + LinkOperations(make: { Made<Message>.nodeLink() }).entries("NodeLink", hasBatches: false)
  }

  private static func subs<Message: Payload>(_: Message.Type) -> [Entry] {
    SubOperations(make: { Made<Message>.turbineSub() }).entries("TurbineSub")
      + SubOperations(make: { Made<Message>.nodeSub() }).entries("NodeSub")
  }

  private static func pubs<Message: Payload>(_: Message.Type) -> [Entry] {
    PubOperations(make: { Made<Message>.turbine() }).entries("Turbine")
  }
}
