// The system's socket calls take pointers: all of them that this program needs are here.
import Glibc

/// A UDP socket that talks to one address.
final class DatagramSocket {
  /// The longest datagram that is received whole.
  static let byteLimit = 2048

  /// Who it talks to, for messages.
  let peer: String
  private let descriptor: Int32
  private let dontWait = Int32(MSG_DONTWAIT)
  private var buffer = [UInt8](repeating: 0, count: byteLimit)

  /// - Throws: when the host is unknown or the system has no socket to give.
  init(host: String, port: UInt16) throws(CommandFailure) {
    peer = "\(host):\(port)"
    descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    guard descriptor >= 0 else { throw CommandFailure("the system gave no socket: \(Self.reason)") }
    setReceiveBuffer(byteCount: 4 << 20)
    try connect(host: host, port: port)
  }

  deinit { close(descriptor) }

  private static var reason: String {
    // SAFETY: strerror always returns a terminated text.
    unsafe String(cString: strerror(errno))
  }

  private func setReceiveBuffer(byteCount: Int32) {
    var byteCount = byteCount
    // SAFETY: the option is an Int32 that lives across the call. The system may give less.
    _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &byteCount, UInt32(MemoryLayout<Int32>.size))
  }

  private func connect(host: String, port: UInt16) throws(CommandFailure) {
    var hints = unsafe addrinfo()
    unsafe hints.ai_family = AF_INET
    unsafe hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    let status = unsafe getaddrinfo(host, String(port), &hints, &found)
    guard status == 0, let address = unsafe found else {
      throw CommandFailure("no address is known for host '\(host)'; expected a name or an IPv4 address")
    }
    defer { unsafe freeaddrinfo(found) }
    // SAFETY: getaddrinfo filled the list, and it lives until the end of this function.
    guard unsafe Glibc.connect(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0 else {
      throw CommandFailure("\(peer) cannot be reached: \(Self.reason)")
    }
  }

  /// Sends one datagram. One that the system has no room for is lost, like any datagram may be.
  func send(_ datagram: [UInt8]) throws(CommandFailure) {
    // SAFETY: the array lives across the call.
    let sent = unsafe datagram.withUnsafeBytes { unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, 0) }
    if sent < 0 { try check(errno) }
  }

  /// Hands the next datagram to `take`, waiting for it no longer than `nanoseconds`. False when none came.
  func receive(waiting nanoseconds: UInt64, _ take: (RawSpan) -> Void) throws(CommandFailure) -> Bool {
    if try receiveNow(take) { return true }
    guard nanoseconds > 0 else { return false }
    wait(nanoseconds)
    return try receiveNow(take)
  }

  /// Returns when a datagram is there, or after the time; short times are only slept, and not longer than 50 us.
  private func wait(_ nanoseconds: UInt64) {
    guard nanoseconds >= 1_000_000 else {
      usleep(UInt32(min(nanoseconds, 50_000) / 1000))
      return
    }
    var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // SAFETY: the structure lives across the call.
    _ = unsafe poll(&ready, 1, Int32(min(nanoseconds / 1_000_000, 60_000)))
  }

  private func receiveNow(_ take: (RawSpan) -> Void) throws(CommandFailure) -> Bool {
    // SAFETY: the buffer lives across the call and is as long as said.
    let received = unsafe buffer.withUnsafeMutableBytes {
      unsafe recv(descriptor, $0.baseAddress, $0.count, dontWait)
    }
    guard received >= 0 else {
      try check(errno)
      return false
    }
    // SAFETY: that many bytes were just received, and the span does not leave the closure.
    unsafe buffer.withUnsafeBytes {
      unsafe take(RawSpan(_unsafeStart: $0.baseAddress!, byteCount: received))
    }
    return true
  }

  /// Throws for what does not pass by itself.
  private func check(_ error: Int32) throws(CommandFailure) {
    switch error {
    case EAGAIN, EINTR, ENOBUFS: return
    case ECONNREFUSED:
      throw CommandFailure(
        "nothing listens at \(peer). Start a guest with `make run`, or name another with --host and --port.")
    default: throw CommandFailure("\(peer) cannot be reached: \(Self.reason)")
    }
  }
}

/// Time that never goes back, in nanoseconds.
func monotonicNanoseconds() -> UInt64 {
  var time = timespec()
  // SAFETY: the clock always exists, and the structure lives across the call.
  _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
