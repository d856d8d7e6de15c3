import BenchSupport

/// The operations on a wheel of `size` timers, each as often as asked.
struct WheelOperations {
  let size: Int

  var entries: [Entry] {
    [
      entry("insert") { filling($0).setting },
      entry("cancel") { filling($0).cancelling },
      entry("reset", resetting),
      entry("loop", looping),
      entry("expire") { expiring($0, isTickless: false) },
      entry("expire-tickless") { expiring($0, isTickless: true) },
    ]
  }

  private func entry(_ operation: String, _ body: @escaping (UInt64) -> Measurement) -> Entry {
    Entry(name: "TimerWheel", operation: operation, size: size, body: body)
  }

  private func filling(_ count: UInt64) -> (setting: Measurement, cancelling: Measurement) {
    var wheel = Wheel(size: size)
    var setting = Stopwatch()
    var cancelling = Stopwatch()
    var isRight = true
    for _ in stride(from: 0, to: count, by: size) {
      setting.measure { wheel.setAll() }
      isRight = isRight && wheel.count == size
      cancelling.measure { wheel.cancelAll() }
      isRight = isRight && wheel.count == 0
    }
    return (
      Measurement(nanoseconds: setting.nanoseconds, isRight: isRight),
      Measurement(nanoseconds: cancelling.nanoseconds, isRight: isRight)
    )
  }

  private func resetting(_ count: UInt64) -> Measurement {
    var wheel = Wheel(size: size)
    var stopwatch = Stopwatch()
    wheel.setAll()
    stopwatch.measure { wheel.reset(count) }
    return Measurement(nanoseconds: stopwatch.nanoseconds, isRight: wheel.count == size)
  }

  private func looping(_ count: UInt64) -> Measurement {
    var wheel = Wheel(size: size)
    var stopwatch = Stopwatch()
    let sum = stopwatch.measure { wheel.loop(count) }
    return Measurement(nanoseconds: stopwatch.nanoseconds, isRight: sum > 0)
  }

  private func expiring(_ count: UInt64, isTickless: Bool) -> Measurement {
    var wheel = Wheel(size: size)
    var stopwatch = Stopwatch()
    wheel.setAll()
    stopwatch.measure { wheel.expire(count, isTickless: isTickless) }
    return Measurement(nanoseconds: stopwatch.nanoseconds, isRight: wheel.count == size)
  }
}
