// swift-tools-version: 6.2
// One package, two builds: on Linux every pure module, the host command and the tests; with BARE=1 and
// `--triple x86_64-unknown-none-elf` the kernel and the guest tests. The Makefile holds both command lines.
import PackageDescription

let bare = Context.environment["BARE"] == "1"

/// What every target is compiled with.
let common: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatWarning("StrictMemorySafety", as: .error),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableExperimentalFeature("Lifetimes"),
  .enableExperimentalFeature("SuppressedAssociatedTypes"),
]

/// What the image needs beyond that: no heap, no SSE, no red zone, and the messages of failed preconditions.
let embedded: [SwiftSetting] = [
  .enableExperimentalFeature("Embedded"),
  .unsafeFlags([
    "-wmo", "-no-allocations", "-assert-config", "Debug",
    "-Xfrontend", "-disable-stack-protector", "-Xfrontend", "-function-sections",
    "-Xcc", "-mno-red-zone", "-Xcc", "-mno-sse", "-Xcc", "-mno-sse2", "-Xcc", "-mno-mmx",
  ]),
]

/// What a host build needs to be as fast as the image: generic code is specialised in the module that uses it.
let optimized: [SwiftSetting] = [.unsafeFlags(["-cross-module-optimization"], .when(configuration: .release))]

/// Language features that only the x86 layer uses.
let machineFeatures: [SwiftSetting] = [
  .enableExperimentalFeature("Extern"),
  .enableExperimentalFeature("Volatile"),
  .enableExperimentalFeature("BuiltinModule"),
]

/// The interleaving explorer does most of the work of its tests: it is optimised in debug builds too.
let explored: [SwiftSetting] = [
  .enableExperimentalFeature("Extern"),
  .unsafeFlags(["-O", "-enforce-exclusivity=unchecked"], .when(configuration: .debug)),
]

/// So is the simulation of load balancing, in which tests spend their time.
let simulated: [SwiftSetting] = [
  .unsafeFlags(["-enforce-exclusivity=unchecked"]), .unsafeFlags(["-O"], .when(configuration: .debug)),
]

/// A module of the kernel; pure ones also build on Linux.
func module(
  _ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil, settings: [SwiftSetting] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: path,
    swiftSettings: common + (bare ? embedded : optimized) + settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: "\(name)Tests", dependencies: dependencies + ["TestSupport"], swiftSettings: common)
}

// Lowest level first; every arrow points to an earlier line or level.
let pure: [Target] = [
  module("Timing"),
  module("Streams", ["Timing"]),
  module("Buffers"),
  module("Wire"),
  module("Firmware", ["Wire"]),
  module("Partitions", ["Buffers", "Wire"]),
  module("Tracing", ["Timing", "Buffers", "Wire"]),
  module(
    "Queues", ["Streams", "Timing", "Buffers"], settings: [.enableExperimentalFeature("BuiltinModule")]),
  module("Scheduling", ["Streams", "Timing", "Buffers"]),
  module("Timers", ["Queues", "Streams", "Timing", "Buffers", "Scheduling"]),
  module("Orders", ["Streams", "Buffers", "Wire"]),
  module("Reactors", ["Streams", "Timing", "Buffers", "Tracing", "Queues", "Scheduling", "Timers"]),
  module("Sessions", ["Buffers", "Wire"]),
  module("Journaling", ["Buffers", "Wire"]),
  module("Networking", ["Buffers", "Wire", "Timing"]),
  module("Virtio", ["Streams", "Timing", "Buffers", "Wire", "Queues", "Reactors"]),
  module(
    "Exchange",
    [
      "Firmware", "Streams", "Timing", "Buffers", "Tracing", "Queues", "Scheduling", "Reactors", "Wire",
      "Orders",
      "Sessions",
      "Journaling", "Networking",
    ]),
]

/// Checks that run in the guest and, under XCTest, on the host.
let checks = module(
  "QueueChecks", ["Queues", "Streams", "Timing", "Buffers", "Wire", "Reactors", "Scheduling"],
  path: "Tests/QueueChecks")

let kernel: [Target] = [
  module(
    "Machine", ["Firmware", "Queues", "Streams", "Timing", "Buffers", "Tracing", "Reactors"],
    settings: machineFeatures),
  module(
    "VirtioTransports", ["Firmware", "Virtio", "Machine", "Buffers", "Timing"], settings: machineFeatures),
  module(
    "Kernel",
    ["Machine", "VirtioTransports"].map { .byName(name: $0) } + pure.map { .byName(name: $0.name) },
    settings: machineFeatures),
  module(
    "GuestTests",
    ["Machine", "VirtioTransports", "QueueChecks"].map { .byName(name: $0) }
      + pure.map { .byName(name: $0.name) },
    path: "Tests/GuestTests", settings: machineFeatures),
]

let host: [Target] = [
  .executableTarget(
    name: "sluice",
    dependencies: [
      "Buffers", "Wire", "Partitions", "Orders", "Sessions", "Journaling", "Exchange",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
      .product(name: "Histogram", package: "hdrhistogram-swift"),
    ],
    path: "tools/sluice", swiftSettings: common),
  .target(
    name: "BenchSupport",
    dependencies: ["Buffers", .product(name: "ArgumentParser", package: "swift-argument-parser")],
    path: "tools/bench/support", swiftSettings: common + optimized),
  .executableTarget(
    name: "timer-bench",
    dependencies: [
      "BenchSupport", "Timing", "Streams", "Buffers", "Timers",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ],
    path: "tools/bench/timers/swift", swiftSettings: common),
  .executableTarget(
    name: "queue-bench",
    dependencies: [
      "BenchSupport", "Timing", "Streams", "Buffers", "Queues",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ],
    path: "tools/bench/queues/swift",
    swiftSettings: common + [
      .enableExperimentalFeature("BuiltinModule"), .enableExperimentalFeature("Extern"),
    ]),
  .testTarget(
    name: "HostCommandTests",
    dependencies: [
      "sluice", "TestSupport", "Buffers", "Wire", "Partitions", "Orders", "Sessions", "Journaling",
    ],
    swiftSettings: common),
  .target(
    name: "TestSupport",
    dependencies: ["Streams", "Timing", "Buffers", "Queues", "Reactors", "Virtio"],
    path: "Tests/TestSupport", swiftSettings: common),
  tests("Streams", ["Streams", "Queues", "Scheduling", "Timers", "Timing", "Orders", "Buffers"]),
  tests("Timing", ["Timing"]),
  tests("Buffers", ["Buffers"]),
  tests("Wire", ["Wire"]),
  tests("Firmware", ["Firmware", "Wire"]),
  tests("Partitions", ["Partitions", "Buffers"]),
  tests("Scheduling", ["Scheduling", "Streams", "Timing", "Buffers"]),
  tests("Timers", ["Timers", "Queues", "Scheduling", "Streams", "Timing", "Buffers"]),
  tests(
    "Reactors", ["Reactors", "Queues", "Streams", "Timing", "Buffers", "Scheduling", "Timers", "Tracing"]),
  tests("Tracing", ["Tracing", "Timing", "Buffers"]),
  tests("QueueChecks", ["QueueChecks", "Queues", "Streams", "Timing", "Buffers", "Reactors"]),
  tests("Queues", ["Queues", "Streams", "Timing", "Buffers"]),
  .target(
    name: "InterleavingSupport", dependencies: ["Queues"], path: "Tests/InterleavingSupport",
    swiftSettings: common + explored),
  tests("Interleaving", ["InterleavingSupport", "Queues", "Streams", "Timing", "Buffers"]),
  .target(
    name: "BalanceSupport",
    dependencies: ["TestSupport", "Queues", "Scheduling", "Streams", "Buffers", "Timing"],
    path: "Tests/BalanceSupport", swiftSettings: common + optimized + simulated),
  tests("Balance", ["BalanceSupport"]),
  .executableTarget(
    name: "balance",
    dependencies: ["BalanceSupport", .product(name: "ArgumentParser", package: "swift-argument-parser")],
    path: "tools/balance", swiftSettings: common),
  tests("Orders", ["Orders", "Streams", "Buffers", "Wire", "Reactors", "Scheduling", "Timing"]),
  tests("Sessions", ["Sessions", "Buffers", "Wire"]),
  tests("Journaling", ["Journaling", "Buffers", "Wire"]),
  tests("Networking", ["Networking", "Buffers", "Wire", "Timing"]),
  tests("Virtio", ["Virtio", "Queues", "Reactors", "Streams", "Timing", "Buffers"]),
  .target(
    name: "SimulationSupport",
    dependencies: [
      "TestSupport", "Exchange", "Journaling", "Networking", "Orders", "Sessions", "Reactors", "Scheduling",
      "Tracing",
      "Buffers", "Wire", "Timing",
    ],
    path: "Tests/SimulationSupport", swiftSettings: common),
  tests(
    "Exchange",
    [
      "SimulationSupport", "Firmware", "Exchange", "Orders", "Sessions", "Journaling", "Networking",
      "Reactors",
      "Queues", "Scheduling", "Streams", "Tracing", "Buffers", "Wire", "Timing",
    ]),
  tests(
    "Simulation",
    [
      "SimulationSupport", "Exchange", "Orders", "Sessions", "Journaling", "Networking", "Buffers", "Wire",
      "Timing",
    ]),
]

let package = Package(
  name: "sluice",
  products: bare
    ? [
      .library(name: "SluiceKernel", type: .static, targets: ["Kernel"]),
      .library(name: "SluiceGuestTests", type: .static, targets: ["GuestTests"]),
    ]
    : [
      .executable(name: "sluice", targets: ["sluice"]),
      .executable(name: "queue-bench", targets: ["queue-bench"]),
      .executable(name: "timer-bench", targets: ["timer-bench"]),
      .executable(name: "balance", targets: ["balance"]),
      // For other packages: a dependency by path or branch, since versioned ones may not set compiler flags.
      .library(name: "SluiceQueues", targets: ["Timing", "Streams", "Buffers", "Queues", "Scheduling"]),
      .library(
        name: "SluiceReactors",
        targets: [
          "Timing", "Streams", "Buffers", "Wire", "Tracing", "Queues", "Scheduling", "Timers", "Reactors",
        ]),
    ],
  dependencies: bare
    ? []
    : [
      .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
      .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
  targets: pure + [checks] + (bare ? kernel : host)
)
