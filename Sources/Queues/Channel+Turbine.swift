public import Buffers

/// A ring whose messages are made once and overwritten in place.
public struct TurbineBackend: Sendable { public static var turbine: TurbineBackend { TurbineBackend() } }

extension Channel where Message: ~Copyable {
  /// - Parameter make: gives the message that is at first in place `index`.
  public static func create(
    _ driver: LinkDriver, over backend: TurbineBackend, _ properties: QueueProperties, in arena: inout Arena,
    make: (_ index: Int) -> Message
  ) throws(QueueError) -> TurbineLink<Message, HardwareWord> {
    try TurbineLink(properties, in: &arena, make: make)
  }

  /// - Parameters:
  ///   - plan: who reads, and after whom.
  ///   - make: gives the message that is at first in place `index`.
  public static func create(
    _ driver: PubDriver, over backend: TurbineBackend, _ properties: QueueProperties, _ plan: TurbinePlan,
    in arena: inout Arena, make: (_ index: Int) -> Message
  ) throws(QueueError) -> Turbine<Message, HardwareWord> {
    try Turbine(properties, plan, in: &arena, make: make)
  }

  /// - Parameters:
  ///   - producers: how many there are, 1 to `TurbinePlan.largestProducerCount`.
  ///   - plan: who reads, and after whom: a turbine of many producers can have many consumers, too.
  ///   - make: gives the message that is at first in place `index`.
  public static func create(
    _ driver: SubDriver, over backend: TurbineBackend, producers: Int, _ properties: QueueProperties,
    _ plan: TurbinePlan, in arena: inout Arena, make: (_ index: Int) -> Message
  ) throws(QueueError) -> TurbineSub<Message, HardwareWord> {
    try TurbineSub(properties, plan, producers: producers, in: &arena, make: make)
  }
}
