public import Buffers
public import Queues

/// Timers that are kept elsewhere: one side asks, the other keeps the time, and two links join them.
///
/// The side that asks has the same API wherever the other one is:
///
/// - **On the interrupt queue:** the server is a task of the same reactor, woken by the core's timer. Nothing leaves the
///   core, a tick costs no interrupt but the timer's, and several that are due together cost one. This is the better
///   choice for a few timers, and whenever the core has time: a tick is there as soon as the core sees it.
/// - **On a core of its own:** the server is the only task there. The asking core arms no timer and spreads no wheel: it
///   pays for a request, and for a wake-up if it sleeps. A tick is made when it is due whatever the asking core does
///   meanwhile, so its time and number are right at once, and an asking core that works on finds its ticks without any
///   interrupt. This is the better choice for a core that never sleeps, with many timers. A sleeping one is woken later
///   than by its own timer, by what the other core's turn and its interrupt take.
///
/// A server serves one asker. A core that keeps the time for several has a server for each.
@frozen public struct TimerService<Task: BitwiseCopyable & Sendable, Word: SharedWord & ~Copyable>:
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
