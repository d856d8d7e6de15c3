import BalanceSupport
import Foundation
let first = UInt64(CommandLine.arguments[1])!, count = UInt64(CommandLine.arguments[2])!
unsafe BalanceSimulation.debug = count == 1
var rules = BalanceRules.right
if CommandLine.arguments.count > 3 { switch CommandLine.arguments[3] {
case "never": rules.policy = .never
case "pingpong": rules.policy = .pingPong
case "drops": rules.handOver = .dropsAMessage
case "early": rules.handOver = .startsEarly
case "look": rules.looksAgain = false
case "order": rules.movesInOrder = false
case "giver": rules.mergesGiverFirst = false
case "room": rules.keepsRoom = false
default: fatalError() } }
let start = Date()
var kinds: [String: Int] = [:], messages = 0, moves = 0, late = 0, periods = 0
for seed in first..<first+count {
  let scenario = BalanceScenario(seed: seed)
  let o = try BalanceSimulation(scenario, rules).run()
  messages += o.messageCount; moves += o.moveCount; late += o.lateMoveCount; periods += o.periodCount
  if let v = o.violation { kinds["\(v)", default: 0] += 1; if kinds["\(v)"]! < 6 { print(seed, v, "cores", scenario.coreCount, "moves", o.moveCount, "periods", o.periodCount) } }
}
let t = Date().timeIntervalSince(start)
print(kinds, "messages", messages, "moves", moves, "late", late, "periods", periods, "s", t, "seeds/s", Double(count)/t)
