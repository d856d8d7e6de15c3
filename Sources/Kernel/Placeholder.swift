import Machine
@c(kernel_main) public func kernelMain(_ startInfo: UInt) { Machine.panic("not yet") }
