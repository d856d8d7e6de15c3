"""What the commands know of the guest's memory: the core block of boot/layout.inc and the events of its trace ring."""

import os
import re
import struct

import gdb

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LAYOUT = os.path.join(ROOT, "boot", "layout.inc")
INTERRUPT_SOURCES = os.path.join(ROOT, "Sources", "Kernel", "InterruptSources.swift")
TRACE_RING = os.path.join(ROOT, "Sources", "Tracing", "TraceRing.swift")

# TraceEvent: time u64, kind u8, subject u32 at 12, detail u64 at 16.
EVENT = struct.Struct("<QB3xIQ")


def read_text(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def layout():
    """The plain numbers of boot/layout.inc by name."""
    rows = re.findall(r"^(\w+)\s+equ\s+(0x[0-9A-Fa-f]+|\d+)\s*(?:;|$)", read_text(LAYOUT), re.MULTILINE)
    return {name: int(value, 0) for name, value in rows}


def numbers_of(enumeration):
    """Names by number, of the `static let` constants of a Swift enumeration in InterruptSources.swift."""
    body = re.search(rf"enum {enumeration} \{{(.*?)^\}}", read_text(INTERRUPT_SOURCES), re.DOTALL | re.MULTILINE)
    found = re.findall(r"static let (\w+) = (\d+)", body[1]) if body else []
    return {int(number): name for name, number in found if name != "count"}


def trace_kinds():
    """The names of TraceEvent.Kind, in order."""
    body = re.search(r"enum Kind: UInt8, Sendable \{(.*?)\}", read_text(TRACE_RING), re.DOTALL)
    return re.findall(r"case (\w+)", body[1])


def read(address, byte_count):
    return bytes(gdb.selected_inferior().read_memory(address, byte_count))


def read_word(address):
    return struct.unpack("<Q", read(address, 8))[0]


class Core:
    """One core that runs: its number, its thread in the debugger, its block."""

    def __init__(self, number, thread, block, place):
        self.number = number
        self.thread = thread
        self.block = block
        self.place = place  # where it is now

    def word(self, name):
        return read_word(self.block + layout()[name])


def cores():
    """All cores that run, by number; an error before the kernel has set the first one up."""
    offsets, found = layout(), []
    selected = gdb.selected_thread()
    try:
        for thread in gdb.selected_inferior().threads():
            thread.switch()
            block = int(gdb.parse_and_eval("$gs_base"))
            # A processor that was not started has no block; what it has there instead leads nowhere.
            if block and is_block(block, offsets):
                place = int(gdb.parse_and_eval("(unsigned long)$pc"))
                found.append(Core(read_word(block + offsets["CORE_NUMBER"]), thread, block, place))
    finally:
        selected.switch()
    if not found:
        raise gdb.GdbError("the core block is not set up yet: let the guest run on, then interrupt it with Ctrl-C")
    return sorted(found, key=lambda core: core.number)


def is_block(address, offsets):
    try:
        return read_word(address + offsets["CORE_SELF"]) == address
    except gdb.MemoryError:
        return False


# StaticString: pointer, byte count, flags.
STATIC_STRING = struct.Struct("<QQQ")


def task_names(core):
    """What people call the task in each slot of the core's task table; "-" where there never was one."""
    address = core.word("CORE_TASK_NAMES")
    names = []
    for index in range(core.word("CORE_TASK_NAME_COUNT")):
        text, byte_count, _ = STATIC_STRING.unpack(read(address + index * STATIC_STRING.size, STATIC_STRING.size))
        names.append(read(text, byte_count).decode(errors="replace"))
    return names


def running_task(core):
    """The slot of the task that was polled last, and since when, in nanoseconds since boot; nothing before any was."""
    address = core.word("CORE_RUNNING")
    if address == 0:
        return None
    slot, since = struct.unpack("<qQ", read(address, 16))
    return (slot, since) if slot >= 0 else None


class Event:
    """One event of the trace ring."""

    def __init__(self, words, kinds):
        self.time, kind, self.subject, self.detail = words
        self.kind = kinds[kind] if kind < len(kinds) else f"kind {kind}"

    def __str__(self):
        return f"{self.time / 1e9:14.6f}  {self.kind:9} {self.subject:4}  {self.detail}"


def trace_events(core):
    """All events of the core's trace ring, the oldest first; the newest is the one with the latest time; none before
    it has a ring."""
    address, count = core.word("CORE_TRACE"), core.word("CORE_TRACE_COUNT")
    if address == 0 or count == 0:
        return []
    kinds = trace_kinds()
    memory = read(address, count * EVENT.size)
    words = [EVENT.unpack_from(memory, index * EVENT.size) for index in range(count)]
    # As PanicTrace does: of events with the same time the last one in memory is the newest.
    newest = max(range(count), key=lambda index: (words[index][0], index))
    ordered = words[newest + 1 :] + words[: newest + 1]
    return [Event(word, kinds) for word in ordered if word[1] != 0]
