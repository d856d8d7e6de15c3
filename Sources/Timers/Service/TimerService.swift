public import Buffers
public import Queues

/// Timers that are kept elsewhere: one side asks, the other keeps the time, and two links join them.
///
/// The side that asks has the same API wherever the other one is:
///
/// - **On the interrupt queue:** the server is a task of the same reactor, woken by the core's timer. Nothing leaves the
///   core, ticks that are due together cost one interrupt, and a tick is taken soonest: this is the better choice for
///   one core, for few timers, and for a core that has time.
/// - **On a core of its own:** the server is the only task there. The asking core arms no timer, takes no timer's interrupt
///   and spreads no wheel: it pays for a request, for taking the tick, and for the other core's interrupt if it sleeps,
///   about a third of the instructions. A tick is made when it is due whatever the asking core is at, and a wheel that
///   spreads thousands of timers at once holds up nothing but other timers. A sleeping core learns of its tick a little
///   later, by what the interrupt between the cores takes. This is the better choice for many timers, and for a core whose
///   other work must not wait.
///
/// `tools/guest-test --only "timers on either core"` counts both.
///
/// A server serves one asker. A core that keeps the time for several has a server for each.
@frozen
public struct TimerService<Task: BitwiseCopyable & Sendable, Word: SharedWord & ~Copyable>:
  ~Copyable
{
  public var client: TimerClient<Task, Word>
  public var server: TimerServer<Task, Word>

  /// Context: boot.
  ///
  /// - Parameters:
  ///   - timerCount: timers at a time, 1 or more.
  ///   - tickCapacity: ticks on their way at a time; when they are not taken, the server waits with the others.
  ///   - server: how the server is woken when there is a request.
  ///   - client: how the client is woken when there is a tick.
  public init(
    timerCount: Int, tickCapacity: Int, waking server: WaitStrategy, _ client: WaitStrategy,
    in arena: inout Arena
  ) throws(QueueError) {
    // The client keeps room for a cancel of every timer, so that no cancel is ever refused.
    let asking = try VecLink<TimerRequest<Task>, Word>(
      QueueProperties(capacity: 2 * timerCount + 2, waiting: server), in: &arena
    ).link()
    let ticking = try VecLink<TimerTick<Task>, Word>(
      QueueProperties(capacity: tickCapacity, waiting: client), in: &arena
    ).link()
    do throws(ArenaError) {
      let client = try TimerClient(timerCount, asking.producer, ticking.consumer, in: &arena)
      let server = try TimerServer(timerCount, asking.consumer, ticking.producer, in: &arena)
      self.client = client
      self.server = server
    } catch {
      throw .memoryExhausted
    }
  }
}
