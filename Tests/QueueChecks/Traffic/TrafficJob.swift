import Queues
import Reactors
import Scheduling

/// One end of a queue at work: made on the first core, it runs where it is sent. One type for all, since tasks cannot be
/// generic in the image.
enum TrafficJob: Schedulable, Sendable {
  typealias Word = HardwareWord
  case vecSender(Kept<TrafficSender<VecLinkProducer<UInt64, Word>, PlainNumbers>>)
  case vecReceiver(Kept<TrafficReceiver<VecLinkConsumer<UInt64, Word>, PlainNumbers>>)
  case latencySender(Kept<TrafficSender<RingProducer<LatencyRing<UInt64, Word>>, PlainNumbers>>)
  case latencyReceiver(Kept<TrafficReceiver<RingConsumer<LatencyRing<UInt64, Word>>, PlainNumbers>>)
  case turbineSender(Kept<TrafficSender<TurbineProducer<UInt64, Word>, PlainNumbers>>)
  case turbineReceiver(Kept<TrafficReceiver<TurbineConsumer<UInt64, Word>, PlainNumbers>>)
  case nodeSender(Kept<TrafficSender<NodeLinkProducer<UInt64, Word>, PlainNumbers>>)
  case nodeReceiver(Kept<TrafficReceiver<NodeConsumer<UInt64, Word>, PlainNumbers>>)
  case nodeSubSender(Kept<TrafficSender<NodeSubProducer<UInt64, Word>, PlainNumbers>>)
  case vecSubReceiver(Kept<TrafficReceiver<VecSubConsumer<UInt64, Word>, PlainNumbers>>)
  case classSender(Kept<TrafficSender<ClassProducer, PlainNumbers>>)
  case classReceiver(Kept<TrafficReceiver<ClassConsumer, PlainNumbers>>)
  case bufferSender(Kept<TrafficSender<VecLinkProducer<UniqueBuffer<Word>, Word>, BufferedNumbers>>)
  case bufferReceiver(Kept<TrafficReceiver<VecLinkConsumer<UniqueBuffer<Word>, Word>, BufferedNumbers>>)
  case frameEcho(Kept<FrameEcho>)
  case frameOwner(Kept<FrameOwner>)

  static var functions: TaskFunctions<TrafficJob> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    switch self {
    case .vecSender(let end): end.use { $0.poll(&context) }
    case .vecReceiver(let end): end.use { $0.poll(&context) }
    case .latencySender(let end): end.use { $0.poll(&context) }
    case .latencyReceiver(let end): end.use { $0.poll(&context) }
    case .turbineSender(let end): end.use { $0.poll(&context) }
    case .turbineReceiver(let end): end.use { $0.poll(&context) }
    case .nodeSender(let end): end.use { $0.poll(&context) }
    case .nodeReceiver(let end): end.use { $0.poll(&context) }
    case .nodeSubSender(let end): end.use { $0.poll(&context) }
    case .vecSubReceiver(let end): end.use { $0.poll(&context) }
    case .classSender(let end): end.use { $0.poll(&context) }
    case .classReceiver(let end): end.use { $0.poll(&context) }
    case .bufferSender(let end): end.use { $0.poll(&context) }
    case .bufferReceiver(let end): end.use { $0.poll(&context) }
    case .frameEcho(let end): end.use { $0.poll(&context) }
    case .frameOwner(let end): end.use { $0.poll(&context) }
    }
  }
}

/// A job on its way, and the source that wakes it.
struct TrafficOrder: Sendable {
  let job: TrafficJob
  let source: Int?
}

typealias TrafficReactor<Core: ReactorCore & ~Copyable> = Reactor<Core, PriorityLevels>

extension Reactor where Core: ~Copyable, Tasks: ~Copyable {
  mutating func start(_ order: TrafficOrder) {
    guard let id = spawn(order.job, "traffic").id() else { preconditionFailure("there is no room for a job") }
    if let source = order.source { connect(source: source, priority: 1, to: id) }
  }
}
