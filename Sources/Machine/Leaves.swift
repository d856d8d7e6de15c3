/// The instructions of boot/leaves.asm, under Swift names. Everything else in this module is built on these.

@_extern(c, "port_read8") func portRead8(_ port: UInt16) -> UInt8
@_extern(c, "port_read16") func portRead16(_ port: UInt16) -> UInt16
@_extern(c, "port_read32") func portRead32(_ port: UInt16) -> UInt32
@_extern(c, "port_write8") func portWrite8(_ port: UInt16, _ value: UInt8)
@_extern(c, "port_write16") func portWrite16(_ port: UInt16, _ value: UInt16)
@_extern(c, "port_write32") func portWrite32(_ port: UInt16, _ value: UInt32)

@_extern(c, "msr_read") func modelSpecificRegisterRead(_ register: UInt32) -> UInt64
@_extern(c, "msr_write") func modelSpecificRegisterWrite(_ register: UInt32, _ value: UInt64)
@_extern(c, "cpuid_read") func cpuidRead(
  _ leaf: UInt32, _ subleaf: UInt32, _ result: UnsafeMutablePointer<UInt32>)

@_extern(c, "page_map_load") func pageMapLoad(_ address: UInt)
@_extern(c, "interrupt_table_load") func interruptTableLoad(_ address: UInt, _ limit: UInt16)
@_extern(c, "interrupts_enable") func interruptsEnable()
@_extern(c, "interrupts_disable") func interruptsDisable()
@_extern(c, "frame_pointer_read") func framePointerRead() -> UInt

@_extern(c, "core_pending_sources") func corePendingSources() -> UInt64
@_extern(c, "core_take_source") func coreTakeSource(_ source: UInt) -> UInt64
@_extern(c, "core_mark_source") func coreMarkSource(_ source: UInt, _ timestamp: UInt64)
@_extern(c, "core_interrupted_place") func coreInterruptedPlace() -> UInt
@_extern(c, "core_halt_unless_pending") func coreHaltUnlessPending()
@_extern(c, "core_block_address") func coreBlockAddress() -> UInt
@_extern(c, "core_interrupt") func coreInterrupt(_ identifier: UInt32, _ command: UInt32)
@_extern(c, "core_pause") func corePause()
@_extern(c, "core_stop") func coreStop()

// Opaque to the optimiser: no access to memory moves across either of the two.
@_extern(c, "ceiling_enter") func ceilingEnter(_ cell: UnsafeMutableRawPointer) -> UInt
@_extern(c, "ceiling_leave") func ceilingLeave(_ cell: UnsafeMutableRawPointer, _ priorityClass: UInt)

@_extern(c, "boot_layout") func bootLayoutAddress() -> UInt
