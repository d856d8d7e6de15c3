import Buffers
import QueueChecks

/// The queues' checks, which the host runs too.
enum QueueTests {
  static func run(_ report: inout TestReport, in arena: inout Arena) {
    QueueChecks.run(&report, in: &arena)
  }
}

extension TestReport: CheckReport {}
