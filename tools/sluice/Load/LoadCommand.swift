import ArgumentParser
import Foundation
import Sessions

/// `sluice load`: many orders, and how long their answers take.
struct LoadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Sends many orders and measures their answers.",
    discussion: """
      Closed loop: --window orders are always on their way; the next one leaves when an answer comes.
      Open loop: --rate orders leave each second whatever comes back, and an order that leaves late is late.
      All orders still live at the end are canceled. The exit status is 1 when answers were lost.
      """)

  @OptionGroup var venue: VenueOptions

  @Option(help: "Orders to send.") var orders = 10_000
  @Option(help: "Send for this many seconds instead of a number of orders.") var seconds: Double?
  @Option(help: "Closed loop: orders on their way at once.") var window = 32
  @Option(help: "Open loop: orders a second.") var rate: Double?
  @Option(help: "resting: half new orders that rest, half cancels of those. crossing: pairs that trade.")
  var mix = LoadMix.resting
  @Option(help: "Client names used in turn, 1 to 64.") var clients = 4
  @Option(help: "Symbols used in turn.") var symbols = 64
  @Option(help: "resting: live orders of all clients together that are kept.") var live = 256
  @Option(help: "What client names begin with, up to eight characters.") var prefix = "LOAD"
  @Flag(help: "Print the result as one JSON object.") var json = false

  func validate() throws {
    func need(_ condition: Bool, _ message: String) throws {
      if !condition { throw ValidationError(message) }
    }
    try need(orders > 0, "--orders needs a positive number.")
    try need(seconds.map { $0 > 0 } ?? true, "--seconds needs a positive number.")
    try need((1...10_000).contains(window), "--window: expected 1 to 10000.")
    try need(rate.map { $0 > 0 } ?? true, "--rate needs a positive number of orders a second.")
    try need((1...64).contains(clients), "--clients: expected 1 to 64, what a guest can tell apart.")
    try need((1...10_000).contains(symbols), "--symbols: expected 1 to 10000.")
    try need(live >= clients, "--live: expected at least one for each of --clients.")
    try need(
      ClientName(text: prefix + "00") != nil, "--prefix: expected up to eight printable ASCII characters.")
  }

  func run() throws {
    let socket = try DatagramSocket(host: venue.host, port: venue.port)
    var loadClients: [LoadClient] = []
    for index in 0..<clients {
      let name = prefix + String(index).leftPadding(to: 2)
      loadClients.append(try LoadClient(name: ClientName(text: name)!, index: index, on: socket, flow: flow))
    }
    let pace: LoadPace = rate.map { .open(nanosecondsPerOrder: UInt64(1e9 / $0)) } ?? .closed(window: window)
    let extent: LoadExtent = seconds.map { .nanoseconds(UInt64($0 * 1e9)) } ?? .orders(orders)
    var generator = LoadGenerator(socket: socket, clients: loadClients, pace: pace)
    let bar = ProgressBar()
    try generator.run(extent) { bar.show($0) }
    bar.clear()
    let result = generator.result
    try generator.clear()
    print(json ? try result.json() : result.text)
    if result.lostCount > 0 { throw ExitCode.failure }
  }

  private var flow: LoadFlow {
    LoadFlow(mix: mix, symbolCount: symbols, liveOrderCount: max(1, live / clients))
  }
}

/// What kind of orders are sent.
enum LoadMix: String, CaseIterable, ExpressibleByArgument {
  case resting, crossing
}

/// When the next order leaves.
enum LoadPace {
  case closed(window: Int)
  case open(nanosecondsPerOrder: UInt64)
}

/// How much is sent.
enum LoadExtent {
  case orders(Int)
  case nanoseconds(UInt64)
}
