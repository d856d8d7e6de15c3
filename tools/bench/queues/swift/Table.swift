import BenchSupport
import Buffers
import Queues

/// All that can be measured, and all that can be tried hard.
enum Table {
  static var measurements: [Entry] {
    links(UInt64.self) + links(Line.self) + subs(UInt64.self) + subs(Line.self) + pubs(UInt64.self)
      + pubs(Line.self)
      + links(MostOfLine.self).filter { $0.operation == "pingpong" }
      + [Pipeline.entry]
  }

  static var stresses: [Entry] {
    [
      LinkOperations(make: { Made<Line>.vecLink() }).stress("VecLink"),
      LinkOperations(make: { Made<Line>.latencyLink() }).stress("LatencyLink"),
      LinkOperations(make: { Made<Line>.vecShare() }).stress("VecShare"),
      LinkOperations(make: { Made<Line>.turbineLink() }).stress("TurbineLink"),
      LinkOperations(make: { Made<Line>.nodeLink() }).stress("NodeLink"),
      SubOperations(make: { Made<Line>.vecSub() }).stress("VecSub"),
      SubOperations(make: { Made<Line>.turbineSub() }).stress("TurbineSub"),
      SubOperations(make: { Made<Line>.nodeSub() }).stress("NodeSub"),
      PubOperations(make: { Made<Line>.vecPub() }).stress("VecPub"),
      PubOperations(make: { Made<Line>.turbine() }).stress("Turbine"),
    ]
  }

  private static func links<Message: Payload>(_: Message.Type) -> [Entry] {
    LinkOperations(make: { Made<Message>.vecLink() }).entries("VecLink")
      + LinkOperations(make: { Made<Message>.latencyLink() }).entries("LatencyLink")
      + LinkOperations(make: { Made<Message>.vecShare() }).entries("VecShare, 1 consumer")
      + LinkOperations(make: { Made<Message>.turbineLink() }).entries("TurbineLink")
      + LinkOperations(make: { Made<Message>.nodeLink() }).entries("NodeLink", hasBatches: false)
  }

  private static func subs<Message: Payload>(_: Message.Type) -> [Entry] {
    SubOperations(make: { Made<Message>.vecSub() }).entries("VecSub")
      + SubOperations(make: { Made<Message>.turbineSub() }).entries("TurbineSub")
      + SubOperations(make: { Made<Message>.nodeSub() }).entries("NodeSub")
  }

  private static func pubs<Message: Payload>(_: Message.Type) -> [Entry] {
    PubOperations(make: { Made<Message>.vecPub() }).entries("VecPub")
      + PubOperations(make: { Made<Message>.turbine() }).entries("Turbine")
      + PubOperations(make: { Made<Message>.overwritingPub() }).entries("OverwritingPub", waits: false)
  }
}
