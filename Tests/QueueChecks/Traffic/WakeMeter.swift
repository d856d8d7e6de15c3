import Buffers
import Queues

/// A wake hook that counts how often it is called, and then marks the consumer's source.
struct WakeMeter: Sendable {
  let source: Int
  private let words: Shared<Words>

  fileprivate struct Words: ~Copyable {
    let sent = HardwareWord(0)
    let wake: CoreWake
    let source: Int
    let fault: WakeFault
  }

  init(
    source: Int, _ wake: CoreWake, fault: WakeFault, in arena: inout Arena
  ) throws(ArenaError) {
    self.source = source
    words = try Shared(Words(wake: wake, source: source, fault: fault), in: &arena)
  }

  /// Interrupts sent since the hook was made.
  var sentCount: UInt64 { words.value.sent.loadAcquiring() }

  var hook: WakeHook {
    WakeHook(context: words.context) { context in
      // SAFETY: the context is that of words which live as long as the queue's memory.
      unsafe Shared<Words>(context: context).value.call()
    }
  }
}

/// What is wrong with a hook: for controls.
public enum WakeFault: Sendable {
  case none
  /// Every hundredth time it wakes nobody.
  case forgets
  /// It wakes twice.
  case repeats
}

extension WakeMeter.Words {
  fileprivate func call() {
    let number = sent.add(1)
    switch fault {
    case .none: break
    case .forgets: if number % 100 == 99 { return }
    case .repeats:
      _ = sent.add(1)
      wake.mark(source)
    }
    wake.mark(source)
  }
}
