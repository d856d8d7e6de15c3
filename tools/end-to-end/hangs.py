"""A core is made to hang, by a debugger that sets it on a jump to itself: the others go on, or say why they can not."""

import re
import subprocess
import threading
import time

import guest as guests
from client import Client
from crowd import replays, state, symbols_of
from gdb import GDB_SECONDS, free_tcp_port
from guest import Failure, check, equal
from ouch import Cancel
from suite import test

CORES = ("--smp", "4")
ORDER_CORES = 3
WORDS = "watchdog=500 balance=off"
PANIC = 37
REJECTED = 0x000A
# In place of code that ran at boot: no other core comes there.
LOOP = "kernel_main"
# Bit 9 of the flags lets interrupts in; bit 1 is always set.
WITH_INTERRUPTS, WITHOUT_INTERRUPTS = 0x202, 0x002


def make_hang(space, port, function, provoke, flags):
    """Waits until a core comes to `function`, and lets it jump to itself for ever, with these flags. `provoke` makes it
    come there.

    Gives the core's number.
    """
    commands = [
        f"target remote 127.0.0.1:{port}", f"hb {function}", "continue",
        f"set {{unsigned short}}&{LOOP} = 0xfeeb", f"set $rip = &{LOOP}", f"set $eflags = {flags}",
        "printf \"it hangs: thread %d flags %x\\n\", $_thread, $eflags", "delete", "detach",
    ]
    command = ["gdb", "-q", "-batch", "-x", "tools/gdb/gdbinit"]
    for line in commands:
        command += ["-ex", line]
    process = subprocess.Popen(
        [*command, guests.KERNEL], cwd=guests.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    timer = threading.Timer(GDB_SECONDS, process.kill)
    timer.start()
    text = ""
    try:
        for line in process.stdout:
            text += line
            # The guest goes on a moment later; until then what is sent waits in its network device.
            if re.match(r"will stop at ", line):
                provoke()
        process.wait()
    finally:
        timer.cancel()
        process.kill()
        space.log.write(text.encode())
    hung = re.search(rf"^it hangs: thread (\d+) flags {flags:x}$", text, re.MULTILINE)
    check(hung, f"gdb made no core hang:\n{text}")
    return int(hung[1]) - 1


class Scene:
    """A node on four cores, whose second order core is to hang; and who has orders where."""

    def __init__(self, space):
        self.disk = space.disk()
        self.port = free_tcp_port()
        self.guest = space.boot(
            *CORES, "--gdb", str(self.port), append=WORDS, whole_line=True, disk=self.disk)
        self.guest.ready()
        # By the number of the core.
        self.symbols = {index + 1: symbols_of(index, ORDER_CORES, 1)[0] for index in range(ORDER_CORES)}
        self.owner, self.other, self.stuck = (Client(self.guest, name) for name in (b"OWNER", b"OTHER", b"STUCK"))
        self.order(self.stuck, 1)
        self.orders = {core: self.order(self.owner, core) for core in self.symbols}
        # Known before: an order of a name that is not known would be rejected when its core is given up.
        self.order(self.stuck, 1)

    def order(self, client, core):
        """Enters an order that must be accepted; gives its reference number."""
        return client.order(b"B", 10, 10_0000, symbol=self.symbols[core])[0]

    def others_go_on(self):
        for core in (1, 3, 3, 1):
            reference = self.order(self.other, core)
            self.other.send(Cancel(reference))
            equal(self.other.read(1)[0][:1], b"C", f"the answer to a cancel on core {core}")

    def unreachable(self):
        """How many messages there were for the core that hangs; and that `cores` says which one it is."""
        text = self.guest.command("cores", r"^bucket-move-longest-pause-microseconds \d+\n")
        hung = re.findall(r"^core (\d+) orders HANGS(?: task orders)?$", text, re.MULTILINE)
        equal(hung, ["2"], "the cores that hang, by `cores`")
        return int(re.search(r"^messages-unreachable (\d+)$", text, re.MULTILINE)[1])


def is_rejected(client):
    (answer,) = client.read(1)
    equal((answer[:1], int.from_bytes(answer[13:15], "big")), (b"J", REJECTED), "the answer to a new order")


def hung_order_core(space, flags):
    scene = Scene(space)
    guest, owner = scene.guest, scene.owner
    stuck = scene.stuck.enter(b"B", 10, 10_0000, symbol=scene.symbols[2])
    core = make_hang(space, scene.port, "OrderShard.poll", lambda: scene.stuck.send(stuck), flags)
    equal(core, 2, "the core that was made to hang")
    newcomer = Client(guest, b"NEWCOMER")
    newcomer.send(newcomer.enter(b"B", 10, 10_0000, symbol=scene.symbols[2]))
    # Before anybody has noticed, and behind that.
    scene.others_go_on()
    said = guest.wait_for(
        r'^sluice: core (\d+) hangs: task "(\w+)" has not returned for (\d+) ms; the other cores go on\n'
        r"  at (0x[0-9a-f]+)$")
    equal(said.group(1, 2), ("2", "orders"), "the core and its task")
    check(500 <= int(said[3]) < 5000, f"it was noticed after {said[3]} ms")
    scene.others_go_on()
    equal(scene.unreachable(), 2, "messages for the core that hangs")
    scene.stuck.silent()
    # The first order of a name has made it known, which the journal must say: it is not forgotten but rejected.
    is_rejected(newcomer)
    # A new order for it is rejected, a cancel is not answered: nobody knows what has become of the order.
    owner.send(owner.enter(b"B", 10, 10_0000, symbol=scene.symbols[2]))
    is_rejected(owner)
    owner.send(Cancel(scene.orders[2]))
    owner.silent()
    equal(scene.unreachable(), 4, "messages for the core that hangs")
    owner.send(Cancel(scene.orders[3]))
    equal(owner.read(1)[0][:1], b"C", "the answer to a cancel on another core")
    scene.order(owner, 1)
    equal(len(re.findall(r"hangs:", guest.text)), 1, "lines about it")
    guest.kill()
    # Neither the order that it had nor the cancel was answered, and neither is in the journal.
    streams = {client.name: client.stream for client in (owner, scene.other, scene.stuck, newcomer)}
    replays(space, scene.disk, streams, ((1, ""), (4, WORDS)))
    guest = space.boot(*CORES, append=WORDS, whole_line=True, disk=scene.disk)
    state(guest)
    for client in (owner, scene.stuck):
        client.attach(guest)
    owner.send(Cancel(scene.orders[2]))
    equal(owner.read(1)[0][:1], b"C", "the answer to the cancel after the restart")
    scene.stuck.send(stuck)
    equal(scene.stuck.read(1)[0][:1], b"A", "the answer to the order after the restart")


@test("an order core that hangs is named, and the others go on", has_own_machine=True)
def hang_with_interrupts(space):
    hung_order_core(space, WITH_INTERRUPTS)


@test("an order core that hangs without interrupts is named too", has_own_machine=True)
def hang_without_interrupts(space):
    hung_order_core(space, WITHOUT_INTERRUPTS)


def hung_journal_core(space, placement, flags, *lines):
    port = free_tcp_port()
    guest = space.boot(
        *CORES, "--gdb", str(port), append=f"{WORDS} cores={placement}", whole_line=True,
        disk=space.disk())
    guest.ready()
    client = Client(guest)
    client.order(b"B", 10, 10_0000)
    core = make_hang(
        space, port, "JournalService<>.poll", lambda: client.send(client.enter(b"B", 10, 10_0000)), flags)
    equal(core, 3, "the core that was made to hang")
    status, text = guest.end()
    for line in lines:
        check(re.search(line, text, re.MULTILINE), f"the guest did not say {line!r}; it said:\n{text}")
    equal(status, PANIC, "exit status")
    client.silent()


@test("a journal core that hangs stops the machine, and is named", has_own_machine=True)
def hung_journal(space):
    hung_journal_core(
        space, "io:0,orders:1,2,journal:3", WITH_INTERRUPTS,
        # Its own watchdog says so, or the core that watches over all others: whichever looks first.
        r'^sluice: panic: watchdog: core 3 has not turned for \d+ ms; task 0 \(journal\) runs since '
        r'|^sluice: core 3 hangs: task "journal" has not returned for \d+ ms(.*\n)*sluice: panic: ',
    )


@test("a journal core that hangs without interrupts stops the machine too, also one with orders", has_own_machine=True)
def hung_journal_without_interrupts(space):
    for placement in ("io:0,orders:1,2,journal:3", "io:0,orders:1-3,journal:3"):
        hung_journal_core(
            space, placement, WITHOUT_INTERRUPTS,
            r'^sluice: core 3 hangs: task "journal" has not returned for \d+ ms',
            r"^sluice: panic: a core hangs without which the node cannot go on",
        )


@test("control: a core that does not hang is not taken for one", has_own_machine=True)
def nothing_hangs(space):
    scene = Scene(space)
    end = time.monotonic() + 2
    while time.monotonic() < end:
        scene.others_go_on()
    try:
        scene.unreachable()
    except Failure as failure:
        check("by `cores`" in str(failure), f"it failed otherwise: {failure}")
        check("hangs" not in scene.guest.text, f"the guest says that a core hangs:\n{scene.guest.text}")
        return
    raise Failure("a core hangs")
