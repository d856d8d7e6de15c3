import ArgumentParser
import Orders
import Sessions

/// `sluice send`: one order, cancel, replace or question, and what the guest answers.
struct SendCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "send",
    abstract: "Sends one order, cancel or replace and prints the answer.",
    discussion: """
      Without options it enters a small order. Examples:
        sluice send --side buy --quantity 100 --symbol AAPL --price 187.25
        sluice send --cancel 1
        sluice send --replace 2 --quantity 50 --price 187.30
        sluice send --query
      The exit status is 0 when the guest did what was asked, 1 when it rejected, ignored or did not answer.
      """)

  @OptionGroup var venue: VenueOptions

  @Option(help: "The client's name: up to ten printable characters. Order numbers belong to it.")
  var client = "CLIENT"

  @Option(help: "buy, sell, short or exempt.")
  var side = SideArgument.buy

  @Option(help: "Shares; 100 for a new order. With --cancel: the size to keep, 0 for none.")
  var quantity: UInt32?

  @Option(help: "Up to eight characters.")
  var symbol = "DEMO"

  @Option(help: "Dollars with up to four decimals; 10.00 for a new order.")
  var price: String?

  @Flag(help: "Cancel at once what is not traded at once.")
  var ioc = false

  @Option(help: "Your own name for the order, up to 14 characters.")
  var id = ""

  @Option(help: "The new order's number; when not given, the guest is asked for the next.")
  var reference: UInt32?

  @Option(help: ArgumentHelp("Cancel or reduce this order.", valueName: "number"))
  var cancel: UInt32?

  @Option(help: ArgumentHelp("Put a new order in this one's place.", valueName: "number"))
  var replace: UInt32?

  @Flag(help: "Ask for the next order number.")
  var query = false

  @Flag(help: "Print all answers that the guest still keeps for the client.")
  var history = false

  @Option(help: "Seconds to wait for an answer.")
  var timeout = 2.0

  func validate() throws {
    let actions = [cancel != nil, replace != nil, query, history].filter { $0 }.count
    guard actions <= 1 else {
      throw ValidationError("--cancel, --replace, --query and --history exclude each other.")
    }
    guard timeout > 0 else { throw ValidationError("--timeout needs a positive number of seconds.") }
    if replace != nil && (quantity == nil || price == nil) {
      throw ValidationError("--replace needs --quantity (of the whole order) and --price.")
    }
    if let reference, reference == 0 { throw ValidationError("--reference counts from 1.") }
  }

  func run() throws {
    guard let name = ClientName(text: client) else {
      throw ValidationError("--client '\(client)': expected one to ten printable ASCII characters.")
    }
    let order = try terms()
    let socket = try DatagramSocket(host: venue.host, port: venue.port)
    var session = try OrderSession(socket, name: name, timeoutSeconds: timeout)
    if history {
      try session.history { print("<- \($0.text)") }
      if session.lostCount > 0 { print("\(session.lostCount) older answers are no longer kept") }
      return
    }
    let message = try message(order, in: &session)
    try send(message, from: name, in: &session)
  }

  /// Sends the message with a query behind it: when that is answered, all that the message led to has been.
  private func send(
    _ message: InboundMessage, from name: ClientName, in session: inout OrderSession
  ) throws {
    print("-> \(message.text)")
    flushOutput()
    var outcome = Outcome(of: message)
    try session.exchange(ClientPacket(name, message)) { reply in
      outcome.take(reply)
      if query || !reply.isQueryResponse { print("<- \(reply.text)") }
    }
    guard outcome.isAnswered else { throw CommandFailure(outcome.explanation) }
    if outcome.isRejected { throw ExitCode.failure }
  }
}

// MARK: - From flags to a message

extension SendCommand {
  /// What the text flags say, read before anything is sent.
  private struct Terms {
    let symbol: Symbol
    let price: Price
    let id: ClientOrderID
  }

  private func terms() throws -> Terms {
    guard let symbol = Symbol(text: self.symbol.utf8) else {
      throw ValidationError("--symbol '\(self.symbol)': expected up to eight characters.")
    }
    guard let price = Price(text: self.price ?? "10.00") else {
      throw ValidationError(
        "--price '\(self.price ?? "")': expected dollars with up to four decimals, such as 10.25.")
    }
    guard let id = ClientOrderID(text: self.id.utf8) else {
      throw ValidationError("--id '\(self.id)': expected up to 14 characters.")
    }
    return Terms(symbol: symbol, price: price, id: id)
  }

  private func message(_ terms: Terms, in session: inout OrderSession) throws -> InboundMessage {
    let timeInForce: TimeInForce = ioc ? .immediateOrCancel : .day
    if query { return .query(AccountQuery()) }
    if let cancel { return .cancel(CancelOrder(userReference: cancel, quantity: quantity ?? 0)) }
    let reference = try reference ?? nextReference(in: &session)
    if let replace {
      return .replace(
        ReplaceOrder(
          originalReference: replace, userReference: reference, quantity: quantity ?? 100, price: terms.price,
          timeInForce: timeInForce, clientOrderID: terms.id))
    }
    return .enter(
      EnterOrder(
        userReference: reference, side: side.code, quantity: quantity ?? 100, symbol: terms.symbol,
        price: terms.price, timeInForce: timeInForce, clientOrderID: terms.id))
  }

  private func nextReference(in session: inout OrderSession) throws -> UInt32 {
    guard let name = ClientName(text: client) else { return 1 }
    var next: UInt32 = 1
    try session.exchange(ClientPacket(name, .query(AccountQuery()))) { reply in
      if case .queryResponse(let response) = reply { next = response.nextReference }
    }
    return next
  }
}

/// The sides as flags name them.
enum SideArgument: String, CaseIterable, ExpressibleByArgument {
  case buy, sell, short, exempt

  var code: SideCode {
    switch self {
    case .buy: .buy
    case .sell: .sell
    case .short: .sellShort
    case .exempt: .sellShortExempt
    }
  }
}
