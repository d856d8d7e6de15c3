import Queues
import Reactors
import Scheduling

/// One end of a queue at work: made on the first core, it moves to where it runs, and is a task there. One type for all,
/// since a reactor's tasks cannot be generic in the image.
struct TrafficJob: Schedulable, Sendable, ~Copyable {
  typealias Word = HardwareWord
  var vecSender: TrafficSender<VecLinkProducer<UInt64, Word>, PlainNumbers>?
  var vecReceiver: TrafficReceiver<VecLinkConsumer<UInt64, Word>, PlainNumbers>?
  var latencySender: TrafficSender<RingProducer<LatencyRing<UInt64, Word>>, PlainNumbers>?
  var latencyReceiver: TrafficReceiver<RingConsumer<LatencyRing<UInt64, Word>>, PlainNumbers>?
  var turbineSender: TrafficSender<TurbineProducer<UInt64, Word>, PlainNumbers>?
  var turbineReceiver: TrafficReceiver<TurbineConsumer<UInt64, Word>, PlainNumbers>?
  var nodeSender: TrafficSender<NodeLinkProducer<UInt64, Word>, PlainNumbers>?
  var nodeReceiver: TrafficReceiver<NodeConsumer<UInt64, Word>, PlainNumbers>?
  var nodeSubSender: TrafficSender<NodeSubProducer<UInt64, Word>, PlainNumbers>?
  var vecSubReceiver: TrafficReceiver<VecSubConsumer<UInt64, Word>, PlainNumbers>?
  var classSender: TrafficSender<ClassProducer, PlainNumbers>?
  var classReceiver: TrafficReceiver<ClassConsumer, PlainNumbers>?
  var bufferSender: TrafficSender<VecLinkProducer<UniqueBuffer<Word>, Word>, BufferedNumbers>?
  var bufferReceiver: TrafficReceiver<VecLinkConsumer<UniqueBuffer<Word>, Word>, BufferedNumbers>?
  var frameEcho: FrameEcho?

  init() {
    vecSender = nil
    vecReceiver = nil
    latencySender = nil
    latencyReceiver = nil
    turbineSender = nil
    turbineReceiver = nil
    nodeSender = nil
    nodeReceiver = nil
    nodeSubSender = nil
    vecSubReceiver = nil
    classSender = nil
    classReceiver = nil
    bufferSender = nil
    bufferReceiver = nil
    frameEcho = nil
  }

  init(vecSender task: consuming TrafficSender<VecLinkProducer<UInt64, Word>, PlainNumbers>) {
    self.init()
    vecSender = consume task
  }
  init(vecReceiver task: consuming TrafficReceiver<VecLinkConsumer<UInt64, Word>, PlainNumbers>) {
    self.init()
    vecReceiver = consume task
  }
  init(latencySender task: consuming TrafficSender<RingProducer<LatencyRing<UInt64, Word>>, PlainNumbers>) {
    self.init()
    latencySender = consume task
  }
  init(latencyReceiver task: consuming TrafficReceiver<RingConsumer<LatencyRing<UInt64, Word>>, PlainNumbers>) {
    self.init()
    latencyReceiver = consume task
  }
  init(turbineSender task: consuming TrafficSender<TurbineProducer<UInt64, Word>, PlainNumbers>) {
    self.init()
    turbineSender = consume task
  }
  init(turbineReceiver task: consuming TrafficReceiver<TurbineConsumer<UInt64, Word>, PlainNumbers>) {
    self.init()
    turbineReceiver = consume task
  }
  init(nodeSender task: consuming TrafficSender<NodeLinkProducer<UInt64, Word>, PlainNumbers>) {
    self.init()
    nodeSender = consume task
  }
  init(nodeReceiver task: consuming TrafficReceiver<NodeConsumer<UInt64, Word>, PlainNumbers>) {
    self.init()
    nodeReceiver = consume task
  }
  init(nodeSubSender task: consuming TrafficSender<NodeSubProducer<UInt64, Word>, PlainNumbers>) {
    self.init()
    nodeSubSender = consume task
  }
  init(vecSubReceiver task: consuming TrafficReceiver<VecSubConsumer<UInt64, Word>, PlainNumbers>) {
    self.init()
    vecSubReceiver = consume task
  }
  init(classSender task: consuming TrafficSender<ClassProducer, PlainNumbers>) {
    self.init()
    classSender = consume task
  }
  init(classReceiver task: consuming TrafficReceiver<ClassConsumer, PlainNumbers>) {
    self.init()
    classReceiver = consume task
  }
  init(bufferSender task: consuming TrafficSender<VecLinkProducer<UniqueBuffer<Word>, Word>, BufferedNumbers>) {
    self.init()
    bufferSender = consume task
  }
  init(bufferReceiver task: consuming TrafficReceiver<VecLinkConsumer<UniqueBuffer<Word>, Word>, BufferedNumbers>) {
    self.init()
    bufferReceiver = consume task
  }
  init(frameEcho task: consuming FrameEcho) {
    self.init()
    frameEcho = consume task
  }

  static var functions: TaskFunctions<TrafficJob> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    if vecSender != nil { return vecSender!.poll(&context) }
    if vecReceiver != nil { return vecReceiver!.poll(&context) }
    if latencySender != nil { return latencySender!.poll(&context) }
    if latencyReceiver != nil { return latencyReceiver!.poll(&context) }
    if turbineSender != nil { return turbineSender!.poll(&context) }
    if turbineReceiver != nil { return turbineReceiver!.poll(&context) }
    if nodeSender != nil { return nodeSender!.poll(&context) }
    if nodeReceiver != nil { return nodeReceiver!.poll(&context) }
    if nodeSubSender != nil { return nodeSubSender!.poll(&context) }
    if vecSubReceiver != nil { return vecSubReceiver!.poll(&context) }
    if classSender != nil { return classSender!.poll(&context) }
    if classReceiver != nil { return classReceiver!.poll(&context) }
    if bufferSender != nil { return bufferSender!.poll(&context) }
    if bufferReceiver != nil { return bufferReceiver!.poll(&context) }
    if frameEcho != nil { return frameEcho!.poll(&context) }
    return .finished
  }
}

typealias TrafficReactor<Core: ReactorCore & ~Copyable> = Reactor<Core, PriorityLevels>

extension Reactor where Core: ~Copyable, Tasks: ~Copyable {
  /// Runs a task, which interrupts of `source` wake.
  mutating func start<Task: Schedulable & ~Copyable>(_ task: consuming Task, source: Int?) {
    guard let id = spawn(task, "traffic").id() else { preconditionFailure("there is no room for a task") }
    if let source { connect(source: source, priority: 1, to: id) }
  }
}

/// A job on its way, and the source that wakes it.
struct TrafficOrder: Sendable, ~Copyable {
  let job: TrafficJob
  let source: Int?

  init(_ job: consuming TrafficJob, source: Int?) {
    self.job = job
    self.source = source
  }

  consuming func start<Core: ReactorCore & ~Copyable>(in reactor: inout TrafficReactor<Core>) {
    let source = source
    reactor.start(job, source: source)
  }
}
