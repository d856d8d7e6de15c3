import Exchange
import Firmware
import TestSupport
import XCTest

final class NodeOptionsTests: XCTestCase {
  private func parse(_ line: String) throws -> NodeOptions {
    unsafe try Array(line.utf8).withUnsafeBytes {
      try NodeOptions(commandLine: unsafe RawSpan(_unsafeBytes: $0))
    }
  }

  func testAnEmptyLineGivesTheDefaults() throws {
    let options = try parse("  ")
    XCTAssertEqual(options.address, 0x0A00_020F)
    XCTAssertEqual(options.prefixLength, 24)
    XCTAssertEqual(options.gateway, 0x0A00_0202)
    XCTAssertEqual(options.durability, .journal)
    XCTAssertNil(options.testName)
  }

  func testEveryKey() throws {
    let options = try parse("ip=192.168.7.20/16 durability=none  gw=192.168.0.1 test=echo")
    XCTAssertEqual(options.address, 0xC0A8_0714)
    XCTAssertEqual(options.prefixLength, 16)
    XCTAssertEqual(options.gateway, 0xC0A8_0001)
    XCTAssertEqual(options.durability, .none)
    XCTAssertEqual(options.testName, 56..<60)
  }

  func testTabsAndEndsOfLinesSeparateWordsAsSpacesDo() throws {
    for separator in ["\t", "\n", "\r\n", " \t \n\n", "\n\t"] {
      let words = ["ip=192.168.7.20/16", "durability=none", "gw=192.168.0.1"]
      let options = try parse(separator + words.joined(separator: separator) + separator)
      XCTAssertEqual(options.address, 0xC0A8_0714)
      XCTAssertEqual(options.durability, .none)
      XCTAssertEqual(options.gateway, 0xC0A8_0001)
    }
  }

  func testTheLastOfTwoAlikeCounts() throws {
    let options = try parse(
      """
      ip=10.1.1.1/8 gw=10.0.0.9 durability=none scheduler=fair watchdog=off balance=off buckets=16 cores=io:0 \
      priorities=arrival ip=10.1.1.2/9 gw=10.0.0.8 durability=journal scheduler=deadline watchdog=300 balance=7 \
      buckets=32 cores=orders:0 priorities=cancels
      """)
    XCTAssertEqual(options.address, 0x0A01_0102)
    XCTAssertEqual(options.prefixLength, 9)
    XCTAssertEqual(options.gateway, 0x0A00_0008)
    XCTAssertEqual(options.durability, .journal)
    XCTAssertEqual(options.scheduler, .deadline)
    XCTAssertEqual(options.watchdogMilliseconds, 300)
    XCTAssertEqual(options.balancePeriodMilliseconds, 7)
    XCTAssertEqual(options.bucketCount, 32)
    XCTAssertEqual(options.priorities, .cancels)
    XCTAssertEqual(try options.placement.resolve(coreCount: 1).orderCores.contains(0), true)
  }

  func testWhateverTheBytesEitherReadsOrNamesAWordInside() {
    let words = [
      "ip=", "gw=", "durability=", "cores=", "balance=on", "10.0.2.15", "/24", "io:", "0", ",", " ", "\t",
      "\n", "=",
      "\u{0}", "\u{7F}", "\u{FC}", "\u{1F600}",
    ]
    var random = SeededRandom()
    var followed = 0
    for _ in 0..<20_000 {
      let line = (0..<Int.random(in: 0...6, using: &random)).map { _ in words.randomElement(using: &random)! }
        .joined()
      do {
        _ = try parse(line)
        followed += 1
      } catch {
        let word = (error as? NodeOptionsError)?.word ?? 0..<0
        XCTAssertTrue(!word.isEmpty && word.upperBound <= line.utf8.count, "SEED=\(random.seed) \(line)")
      }
    }
    // The control: not everything is refused, nor taken.
    XCTAssertTrue((1_000..<10_000).contains(followed), "\(followed) SEED=\(random.seed)")
  }

  func testTheReactorsSettings() throws {
    XCTAssertEqual(try parse("").scheduler, .levels)
    for (word, scheduler) in [
      ("levels", NodeOptions.Scheduler.levels), ("round-robin", .roundRobin), ("deadline", .deadline),
      ("fair", .fair),
    ] {
      XCTAssertEqual(try parse("scheduler=\(word)").scheduler, scheduler)
    }
    for (word, period) in [("off", 0), ("100", 100), ("4000", 4_000)] {
      XCTAssertEqual(try parse("watchdog=\(word)").watchdogMilliseconds, period)
    }
  }

  func testTheSettingsOfManyCores() throws {
    let defaults = try parse("")
    XCTAssertEqual(defaults.priorities, .cancels)
    XCTAssertEqual(defaults.balancePeriodMilliseconds, 10)
    XCTAssertEqual(defaults.bucketCount, 256)
    XCTAssertEqual(try parse("priorities=arrival").priorities, .arrival)
    XCTAssertEqual(try parse("priorities=arrival priorities=cancels").priorities, .cancels)
    for (word, period) in [("on", 10), ("off", 0), ("1", 1), ("10000", 10_000)] {
      XCTAssertEqual(try parse("balance=\(word)").balancePeriodMilliseconds, period)
    }
    for count in [16, 32, 64, 128, 256] { XCTAssertEqual(try parse("buckets=\(count)").bucketCount, count) }
  }

  func testDevicesWithoutABus() throws {
    let options = try parse(
      "virtio_mmio.device=512@0xfeb00e00:12 pci=off virtio_mmio.device=4K@0xd0000000:5:0 "
        + "virtio_mmio.device=0x1M@3489660928:40")
    XCTAssertFalse(options.looksAtPCI)
    XCTAssertTrue(try parse("").looksAtPCI)
    let slots = (0..<options.deviceSlots.count).map { options.deviceSlots[$0] }
    XCTAssertEqual(
      slots,
      [
        DeviceSlot(address: 0xFEB0_0E00, byteCount: 512, interrupt: 12),
        DeviceSlot(address: 0xD000_0000, byteCount: 4096, interrupt: 5),
        DeviceSlot(address: 0xD000_0000, byteCount: 1 << 20, interrupt: 40),
      ])
    let most = Array(repeating: "virtio_mmio.device=1@0:0", count: DeviceSlots.most).joined(separator: " ")
    XCTAssertEqual(try parse(most).deviceSlots.count, DeviceSlots.most)
    XCTAssertThrowsError(try parse(most + " virtio_mmio.device=1@0:0")) {
      XCTAssertEqual(($0 as? NodeOptionsError)?.kind, .tooManyDevices)
    }
  }

  func testDevicesThatCanNotBeRead() {
    for value in [
      "", "512", "512@", "512@1", "512@1:", "@1:1", "512@:1", "0@1:1", "512@x:1", "512@0x:1", "512@0xG:1",
      "512@K:1",
      "512@1:5:", "512@1:5:x", "512@1:99999", "512@1:-1", "5 12@1:1", "512@0xfffffffffffffe01:1",
      "512@18446744073709551616:1", "17179869184G@1:1", "512@1KK:1", "512@-1:1", "512:1@1",
    ] {
      XCTAssertThrowsError(try parse("virtio_mmio.device=\(value)"), value)
    }
  }

  func testNamesTheWordItDoesNotFollow() {
    let cases: [(String, Range<Int>, NodeOptionsError.Kind)] = [
      ("colour=red", 0..<10, .unknownWord), ("ip=10.0.0.1", 0..<11, .unreadableAddress),
      ("ip=10.0.0.1/24 ip", 15..<17, .unknownWord), ("ip=10.0.0.256/24", 0..<16, .unreadableAddress),
      ("ip=10.0.0/24", 0..<12, .unreadableAddress), ("ip=10.0.0.1/24x", 0..<15, .unreadableAddress),
      ("ip=10.0.0.1/31", 0..<14, .unreadableAddress), ("gw=1.2.3.4.5", 0..<12, .unreadableAddress),
      ("gw=", 0..<3, .unreadableAddress), ("durability=maybe", 0..<16, .unknownWord),
      ("ip=0.0.0.0/24", 0..<13, .unreadableAddress), ("gw=1..2.3", 0..<9, .unreadableAddress),
      ("scheduler=fairest", 0..<17, .unknownWord), ("watchdog=0", 0..<10, .unreadableNumber),
      ("watchdog=99", 0..<11, .unreadableNumber),
      ("watchdog=4001", 0..<13, .unreadableNumber), ("watchdog=12345", 0..<14, .unreadableNumber),
      ("watchdog=", 0..<9, .unreadableNumber), ("priorities=new", 0..<14, .unknownWord),
      ("priorities=", 0..<11, .unknownWord), ("balance=0", 0..<9, .unreadableNumber),
      ("balance=10001", 0..<13, .unreadableNumber), ("balance=onn", 0..<11, .unreadableNumber),
      ("buckets=8", 0..<9, .unreadableNumber), ("buckets=512", 0..<11, .unreadableNumber),
      ("balance=on\tbuckets=100", 11..<22, .unreadableNumber), ("buckets=", 0..<8, .unreadableNumber),
      ("buckets=256x", 0..<12, .unreadableNumber), ("core=io:0", 0..<9, .unknownWord),
      ("ip=", 0..<3, .unreadableAddress), ("ip", 0..<2, .unknownWord), ("=", 0..<1, .unknownWord),
      ("ip=10.0.0.1/", 0..<12, .unreadableAddress), ("ip=10.0.0.1/0", 0..<13, .unreadableAddress),
      ("ip=+10.0.0.1/8", 0..<14, .unreadableAddress), ("ip=10.0.0.0001/8", 0..<16, .unreadableAddress),
      ("gw=10.0.0.1/8", 0..<13, .unreadableAddress), ("IP=10.0.0.1/8", 0..<13, .unknownWord),
      ("durability", 0..<10, .unknownWord), ("durability=None", 0..<15, .unknownWord),
      ("scheduler=", 0..<10, .unknownWord), ("balance=", 0..<8, .unreadableNumber),
      ("balance=-1", 0..<10, .unreadableNumber), ("watchdog=1e3", 0..<12, .unreadableNumber),
      ("cores=", 0..<6, .cores(.noRoles)), ("cores=io", 6..<8, .cores(.roleWithoutCores)),
      ("gw=10.0.0.1\n\nwatch\u{FC}og=off\n", 13..<26, .unknownWord), ("\u{0}", 0..<1, .unknownWord),
    ]
    for (line, word, kind) in cases {
      XCTAssertThrowsError(try parse(line), line) { error in
        XCTAssertEqual((error as? NodeOptionsError)?.word, word, line)
        XCTAssertEqual((error as? NodeOptionsError)?.kind, kind, line)
      }
    }
  }
}
