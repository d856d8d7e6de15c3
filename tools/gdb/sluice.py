"""Commands that look into a running guest. `help sluice` lists them."""

import collections

import gdb
import guest_memory
import swift_names
import virtio_queues


class Sluice(gdb.Command):
    """Looking into the guest:
  bt                 the backtrace, with Swift's names readable
  hb TEXT            stop at functions whose name contains TEXT
  cores              every core: its processor, its task, where it is
  trace [COUNT]      the last events of each core's trace ring
  irqs               interrupt sources: marked now, stamped when, taken how often lately; urgent slots and what runs
  reactor            what the reactor did lately: polls by task, timers, frames, orders
  virtq              every virtqueue: its rings, and what the device holds
  pool               frames and blocks that the devices hold
  ouch ADDRESS       the OUCH message at an address
trace, irqs and reactor show every core; `core N` behind them shows one, as in `trace 16 core 2`.
The figures by 'lately' are of the trace ring; `stats` on the console counts since boot."""

    def __init__(self):
        super().__init__("sluice", gdb.COMMAND_USER)

    def invoke(self, argument, from_tty):
        print(self.__doc__)


def chosen(name, argument):
    """The cores that `argument` asks for, `core N` at its end or all of them, and what stands before that."""
    words = argument.split()
    cores = guest_memory.cores()
    if len(words) >= 2 and words[-2] == "core":
        cores = [core for core in cores if str(core.number) == words[-1]]
        if not cores:
            raise gdb.GdbError(f"{name}: there is no core '{words[-1]}'; `cores` lists them")
        words = words[:-2]
    return cores, words


def headed(cores):
    """Each core, with a line that names it when there are several."""
    for core in cores:
        if len(cores) > 1:
            print(f"core {core.number}:")
        yield core


def symbol(address):
    return gdb.execute(f"info symbol {address:#x}", to_string=True).strip()


class Cores(gdb.Command):
    """Every core that runs: the identifier of its processor, the task polled last, marks that wait, where it is."""

    def __init__(self):
        super().__init__("cores", gdb.COMMAND_USER)

    def invoke(self, argument, from_tty):
        for core in guest_memory.cores():
            names = dict(enumerate(guest_memory.task_names(core)))
            running = guest_memory.running_task(core)
            task = f"task {running[0]} ({names.get(running[0], '?')})" if running else "no task"
            print(f"core {core.number}: processor {core.word('CORE_IDENTIFIER')}, {task}, "
                  f"pending {core.word('CORE_PENDING'):#x}, at {core.place:#x} "
                  f"{swift_names.demangle(symbol(core.place).split()[0])}")


class Trace(gdb.Command):
    """The last events of each core's trace ring, the oldest first: trace [COUNT] [core N], 32 when not given.

Each line: seconds since boot, kind, subject (a source, task, client or count), detail."""

    def __init__(self):
        super().__init__("trace", gdb.COMMAND_USER)

    def invoke(self, argument, from_tty):
        cores, words = chosen("trace", argument)
        if len(words) > 1 or any(not word.isdigit() or int(word) == 0 for word in words):
            raise gdb.GdbError(f"trace: expected a number of events and `core N`, got '{argument}'")
        count = int(words[0]) if words else 32
        for core in headed(cores):
            events = guest_memory.trace_events(core)
            if not events:
                print("no events: the trace ring is made after the devices and the journal are up")
            for event in events[-count:]:
                print(event)


class Interrupts(gdb.Command):
    """Interrupt sources of each core: whether marked now, the time stamp of the first mark, how often taken lately.

Then the urgent slots that have a task: run and demoted how often since boot; and where the last deferred one came.
`core N` shows one core."""

    def __init__(self):
        super().__init__("irqs", gdb.COMMAND_USER)

    def invoke(self, argument, from_tty):
        cores, words = chosen("irqs", argument)
        if words:
            raise gdb.GdbError(f"irqs: expected nothing or `core N`, got '{argument}'")
        for core in headed(cores):
            self.print_core(core)

    def print_core(self, core):
        offsets, block = guest_memory.layout(), core.block
        names = guest_memory.numbers_of("InterruptSource")
        pending = core.word("CORE_PENDING")
        taken = collections.Counter(e.subject for e in guest_memory.trace_events(core) if e.kind == "interrupt")
        print("source              marked   taken lately   first mark (time stamp counter)")
        for source in sorted(set(names) | set(taken) | {bit for bit in range(64) if pending >> bit & 1}):
            stamp = guest_memory.read_word(block + offsets["CORE_STAMPS"] + 8 * source)
            mark = "yes" if pending >> source & 1 else "-"
            print(f"{source:3} {names.get(source, '?'):14} {mark:>7} {taken[source]:>14}   {stamp}")
        self.print_urgent(block, offsets)
        print(f"last deferred interrupt at {symbol(core.word('CORE_PLACE'))}")
        watchdog = core.word("CORE_WATCHDOG")
        print(f"watchdog: {watchdog} timer counts" if watchdog else "watchdog: off")

    @staticmethod
    def print_urgent(block, offsets):
        print("urgent slot   vector         run     demoted   task")
        for slot in range(offsets["URGENT_SLOT_COUNT"]):
            words = block + offsets["CORE_URGENT"] + slot * offsets["URGENT_BYTES"]
            function = guest_memory.read_word(words + offsets["URGENT_FUNCTION"])
            if function == 0:
                continue
            level, number = slot // 4 + 1, slot % 4
            task = swift_names.demangle(symbol(function).split()[0])
            print(f"level {level}, {number}    {0x90 + level * 16 + number:#6x} "
                  f"{guest_memory.read_word(words + offsets['URGENT_RUN']):11} "
                  f"{guest_memory.read_word(words + offsets['URGENT_DEMOTED']):11}   {task}")


class Reactor(gdb.Command):
    """What the reactor of each core did in the time that its trace ring covers; `core N` shows one."""

    def __init__(self):
        super().__init__("reactor", gdb.COMMAND_USER)

    def invoke(self, argument, from_tty):
        cores, words = chosen("reactor", argument)
        if words:
            raise gdb.GdbError(f"reactor: expected nothing or `core N`, got '{argument}'")
        for core in headed(cores):
            self.print_core(core)

    @staticmethod
    def print_core(core):
        events = guest_memory.trace_events(core)
        if not events:
            print("nothing yet")
            return
        names = dict(enumerate(guest_memory.task_names(core)))
        first, last = events[0].time, events[-1].time
        print(f"{len(events)} events in {(last - first) / 1e6:.3f} ms, from {first / 1e9:.6f} to {last / 1e9:.6f} s")
        for kind, count in collections.Counter(event.kind for event in events).most_common():
            print(f"  {kind:10} {count:5}")
        # A task event's detail counts polls in a row.
        polls = collections.Counter()
        for event in events:
            if event.kind == "task":
                polls[event.subject] += max(1, event.detail)
        for task, count in polls.most_common():
            print(f"  polls of task {task} ({names.get(task, '?')}) that had more to do: {count}")
        if running := guest_memory.running_task(core):
            task, since = running
            print(f"  polled last: task {task} ({names.get(task, '?')}), at {since / 1e9:.6f} s")
        print("  tasks: " + ", ".join(f"{slot} {name}" for slot, name in names.items() if name != "-"))


class Queues(gdb.Command):
    """Every virtqueue: size, addresses of its rings, indices of driver and device, what the device holds."""

    def __init__(self):
        super().__init__("virtq", gdb.COMMAND_USER)

    def invoke(self, argument, from_tty):
        print("queue           size  descriptors   available      used   avail.idx  used.idx  in device")
        for queue in virtio_queues.queues():
            print(f"{queue.name:15} {queue.size:4} {queue.descriptors:#12x} {queue.available_address:#11x} "
                  f"{queue.used_address:#9x} {queue.available:11} {queue.used:9} {queue.in_device:10}")


class Pool(gdb.Command):
    """Frames and blocks that the devices hold: posted to receive, waiting to be sent, reads and writes in flight."""

    def __init__(self):
        super().__init__("pool", gdb.COMMAND_USER)

    def invoke(self, argument, from_tty):
        for queue in virtio_queues.queues():
            print(f"{queue.name:15} {queue.in_device:5} of {queue.size} in the device")


class Ouch(gdb.Command):
    """The OUCH 5.0 message at an address: ouch ADDRESS, where ADDRESS is any expression."""

    FIELDS = {
        "O": ("Enter", [("reference", 1, 4), ("side", 5, "a1"), ("quantity", 6, 4), ("symbol", 10, "a8"),
                        ("price", 18, "p8"), ("time in force", 26, "a1"), ("id", 31, "a14")]),
        "U": ("Replace", [("original", 1, 4), ("reference", 5, 4), ("quantity", 9, 4), ("price", 13, "p8"),
                          ("time in force", 21, "a1"), ("id", 24, "a14")]),
        "X": ("Cancel", [("reference", 1, 4), ("quantity", 5, 4)]),
        "Q": ("Query", []),
    }

    def __init__(self):
        super().__init__("ouch", gdb.COMMAND_USER)

    def invoke(self, argument, from_tty):
        if not argument.strip():
            raise gdb.GdbError("ouch: expected an address, such as: ouch $rdi")
        address = int(gdb.parse_and_eval(argument))
        kind = chr(guest_memory.read(address, 1)[0])
        if kind not in self.FIELDS:
            raise gdb.GdbError(f"ouch: {kind!r} at {address:#x} is no type of an inbound message (O, U, X, Q)")
        name, fields = self.FIELDS[kind]
        print(name)
        for field, offset, form in fields:
            print(f"  {field:14} {self.value(address + offset, form)}")

    @staticmethod
    def value(address, form):
        if isinstance(form, int):
            return int.from_bytes(guest_memory.read(address, form), "big")
        memory = guest_memory.read(address, int(form[1:]))
        if form[0] == "p":
            price = int.from_bytes(memory, "big")
            return f"{price // 10_000}.{price % 10_000:04}"
        return repr(memory.decode("latin-1").rstrip())


for command in (Sluice, Cores, Trace, Interrupts, Reactor, Queues, Pool, Ouch):
    command()
