"""What other loaders may say: a debugger puts it in the place of what QEMU said, before the kernel reads it."""

import struct
import subprocess

import guest as guests
from client import Client
from gdb import GDB_SECONDS, free_tcp_port
from guest import check, stops
from suite import test

MIB = 1 << 20
MEMORY_MIB = 64
USABLE, RESERVED = 1, 2
# Memory of the guest that nobody uses before the kernel has read what the loader said.
PLACE = 32 * MIB
LOW, HIGH = (0, 0x9_FC00, USABLE), (MIB, (MEMORY_MIB - 1) * MIB, USABLE)
FAR = 1 << 40


def boot(space, ranges=(LOW, HIGH), *, smp=1, magic=0x336EC578, version=1, count=None, place=PLACE, line=None):
    """Boots a guest with a start info of its own; `ranges` are addresses, sizes and types, said to be at `place`, and
    `line` is where the command line is said to be."""
    port = free_tcp_port()
    guest = space.boot(
        "--smp", str(smp), "--gdb", str(port), "--wait", append="durability=none", whole_line=True, memory=MEMORY_MIB)
    entries = b"".join(struct.pack("<QQII", *entry, 0) for entry in ranges)
    head = struct.pack("<IIII", magic, version, 0, 0)
    tail = struct.pack("<QII", place, len(ranges) if count is None else count, 0)
    commands = [
        f"target remote 127.0.0.1:{port}", "hb *kernel_main", "continue",
        "python info, memory = int(gdb.parse_and_eval('$rdi')), gdb.selected_inferior()",
        f"python memory.write_memory({PLACE}, bytes.fromhex('{entries.hex()}'))",
        f"python memory.write_memory(info, bytes.fromhex('{head.hex()}'))",
        f"python memory.write_memory(info + 40, bytes.fromhex('{tail.hex()}'))",
    ]
    if line is not None:
        commands.append(f"python memory.write_memory(info + 24, bytes.fromhex('{struct.pack('<Q', line).hex()}'))")
    commands += ["delete", "detach"]
    command = ["gdb", "-q", "-batch"]
    for line in commands:
        command += ["-ex", line]
    done = subprocess.run(
        [*command, guests.KERNEL], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=GDB_SECONDS)
    space.log.write(done.stdout.encode())
    check("kernel_main" in done.stdout and done.returncode == 0, f"the debugger says:\n{done.stdout}")
    return guest


def takes_an_order(guest):
    guest.ready()
    Client(guest).order(b"B", 1, 10_0000)
    guest.kill()
    return guest.text


@test("what no loader should say stops the boot", has_own_machine=True, has_own_boot=True)
def bad_start_info(space):
    stops(boot(space, magic=0x336EC579), "no PVH start info")
    # What is said to be behind the map that the kernel begins with, and at the very end of addresses.
    for far in (FAR, 1 << 32, 2**64 - 8):
        stops(boot(space, place=far), "no PVH start info")
        stops(boot(space, line=far), "no PVH start info")
    image = "does not call the image's own memory usable"
    for ranges in (
        (), (LOW,), (LOW, (MIB, 63 * MIB, RESERVED)), (LOW, HIGH, (0x20_0000, 1, RESERVED)),
        (LOW, (0x20_1000, 60 * MIB, USABLE)),
    ):
        stops(boot(space, ranges), image)
    stops(boot(space, count=5000), image)
    stops(boot(space, version=0), image)
    # With more ranges than are kept, none of them is used by mistake.
    stops(boot(space, (LOW, HIGH, *((FAR + index * MIB, MIB, RESERVED) for index in range(200)))), image)


@test("unusual memory maps are followed", has_own_machine=True, has_own_boot=True)
def unusual_maps(space):
    # The control: the map that QEMU would have given.
    text = takes_an_order(boot(space))
    check("left out" not in text and "only one core" not in text, f"something is wrong with the usual map:\n{text}")
    # The hole for ISA cards, and a lot of ranges in no order: the largest piece is behind the hole.
    pieces = (16 * MIB, 48 * MIB, USABLE), (15 * MIB, MIB, RESERVED), (MIB, 15 * MIB, USABLE), LOW
    text = takes_an_order(boot(space, (*((FAR + index * MIB, MIB, RESERVED) for index in range(100)), *pieces)))
    check("sluice: 49152 KiB of memory" in text, f"the memory is not that behind the hole:\n{text}")
    tiny = [(FAR + index * MIB, 4096, USABLE) for index in range(200)]
    text = takes_an_order(boot(space, (*tiny, *pieces)))
    check("128 ranges: 76 are left out" in text, f"what was left out is not said:\n{text}")
    check("sluice: 49152 KiB of memory" in text, f"the memory is not that behind the hole:\n{text}")


@test("without memory where cores begin there is one", has_own_machine=True, has_own_boot=True)
def start_page(space):
    low = (0, 0x8800, USABLE), (0x8800, 0x1000, RESERVED), (0x9800, 0x90000, USABLE)
    text = takes_an_order(boot(space, (*low, HIGH), smp=4))
    check("only one core: the page at 0x8000" in text and "cores up" not in text, f"more than one core is used:\n{text}")
    check("4 cores up" in takes_an_order(boot(space, smp=4)), "the control has not four cores")
