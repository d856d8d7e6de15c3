/// Where a device's interrupts go: for each queue, and for the configuration, a core and a vector there. A device with a
/// single line sends all of them where those of queue 0 go.
public struct InterruptTargets: Sendable {
  /// A vector of one core.
  public struct Target: Sendable {
    /// The identifier of the local APIC that takes it.
    public let processor: UInt8
    public let vector: UInt8

    public init(processor: UInt8, vector: UInt8) {
      self.processor = processor
      self.vector = vector
    }
  }

  public var configuration: Target
  private var queues: InlineArray<16, Target>

  /// - Parameter queues: for all of them that `setTarget` does not say otherwise of.
  public init(configuration: Target, queues: Target) {
    self.configuration = configuration
    self.queues = InlineArray(repeating: queues)
  }

  /// Sends the interrupts of a queue, 0 to 15, elsewhere.
  public mutating func setTarget(ofQueue queue: Int, to target: Target) { queues[queue] = target }

  /// Where the interrupts of a queue go, 0 to 15.
  public func target(ofQueue queue: Int) -> Target { queues[queue] }
}
