import Buffers
import Builtin
import Machine
import Queues
import Reactors
import Scheduling
import Streams
import Timing

@_extern(c, "interrupts_enable") private func interruptsEnable()
@_extern(c, "interrupts_disable") private func interruptsDisable()

/// What the task of another core is to do before it answers.
struct HoldUp: BitwiseCopyable, Sendable {
  enum Kind: UInt8, BitwiseCopyable, Sendable {
    case nothing
    /// Not to return for a time.
    case spin
    /// The same with interrupts off.
    case spinSilently
  }

  var kind = Kind.nothing
  var milliseconds: UInt64 = 0
  var number: UInt64 = 0

  @inline(never) static func spin(milliseconds: UInt64) {
    let clock = Clock.lineOfCore
    let end = clock.instant(of: TimestampCounter.read()) + .milliseconds(milliseconds)
    // Where processors take turns on one thread of the host, this one would else go on until a timer is due.
    while clock.instant(of: TimestampCounter.read()) < end { Builtin.int_x86_sse2_pause() }
  }

  @inline(never) static func spinSilently(milliseconds: UInt64) {
    interruptsDisable()
    spin(milliseconds: milliseconds)
    interruptsEnable()
  }
}

typealias HoldUpSender = VecLinkProducer<HoldUp, HardwareWord>
typealias HoldUpReceiver = VecLinkConsumer<HoldUp, HardwareWord>

/// A core that answers what it gets, and can be held up.
struct HeldUpCore: CoreProgram, ~Copyable {
  static let source = 43
  static var entry: CoreEntry<Self> { CoreEntry { $0.run() } }

  let policy: WatchdogPolicy
  let period: Duration
  var sender: HoldUpSender
  var receiver: HoldUpReceiver
  var arena: Arena

  consuming func run(on core: consuming Core) -> Never {
    let (policy, period) = (policy, period)
    let answering = Answering(sender: sender, receiver: receiver)
    do throws(ArenaError) {
      var reactor = try TimerPlaces.makeReactor(core, in: &arena)
      _ = reactor.spawn(Bystander(), "bystander")
      TimerPlaces.spawn(answering, "answering", source: Self.source, &reactor)
      reactor.context.publish { running, names in reactor.core.publish(running, names: names) }
      reactor.core.startWatchdog(period: period, policy: policy)
      reactor.run()
    } catch {}
    Machine.panic("the arena of a core that is held up is too small")
  }

  init(
    _ sender: consuming HoldUpSender, _ receiver: consuming HoldUpReceiver, _ arena: consuming Arena,
    period: Duration, _ policy: WatchdogPolicy
  ) {
    self.sender = sender
    self.receiver = receiver
    self.arena = arena
    self.period = period
    self.policy = policy
  }

  private struct Bystander: Schedulable {
    mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> { .waiting }

    static var functions: TaskFunctions<Bystander> {
      TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
    }
  }

  /// Answers what it gets, and is held up before if it is told.
  private struct Answering: Schedulable, ~Copyable {
    var sender: HoldUpSender
    var receiver: HoldUpReceiver

    @inline(never) mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
      while case .ready(let message) = receiver.poll(at: context.now) {
        switch message.kind {
        case .nothing: break
        case .spin: HoldUp.spin(milliseconds: message.milliseconds)
        case .spinSilently: HoldUp.spinSilently(milliseconds: message.milliseconds)
        }
        // There is always room for the answer: the other end waits for it.
        _ = sender.push(message)
      }
      return receiver.armWakeup() ? .ready : .waiting
    }

    static var functions: TaskFunctions<Answering> {
      TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
    }
  }
}
