import Buffers
@c(kernel_main) public func kernelMain(_ base: UInt) {
  guard var arena = unsafe Optional(Arena(base: UnsafeMutableRawPointer(bitPattern: base)!, byteCount: 1 << 20)) else { return }
  do throws(ArenaError) {
    var table = try Table(repeating: UInt64(0), count: 16, in: &arena)
    table[Int(base & 31)] += 5
    var pool = try FramePool(count: 4, in: &arena)
    if var f = pool.take() { f.resize(to: 10); var b = f.buffer; b.storeBytes(of: 7, toByteOffset: 3, as: UInt32.self); pool.give(f) }
  } catch {}
}
