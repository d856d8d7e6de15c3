"""A debugger attached from outside, in batch mode: it stops at the order process and prints the order."""

import re
import socket
import subprocess
import threading
import time

import guest as guests
from client import Client
from guest import check, equal
from suite import test

GDB_SECONDS = 60
NAME = b"seen by gdb"
MESSAGE = r"^Enter\n +reference +1\n +side +'B'\n +quantity +123\n +symbol +'SLUICE'\n +price +45\.6789\n"


def free_tcp_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@test("gdb stops at the order process and prints the order", has_own_machine=True, has_own_boot=True)
def gdb(space):
    port = free_tcp_port()
    guest = space.boot(
        "--smp", "1", "--gdb", str(port), "--wait", append="durability=none", whole_line=True, memory=8)
    # Hardware breakpoints: at reset the image is not in memory yet. The raw message still lies in its frame: its
    # name for the order, 31 bytes behind its start, leads there.
    commands = [
        f"target remote 127.0.0.1:{port}", "hb OrderEngine.apply EnterOrder AnswerSink", "continue",
        "bt 4", "print order",
        "python start = int(gdb.parse_and_eval('(long)&image_end'))",
        f"python place = gdb.selected_inferior().search_memory(start, 0x7c0000 - start, {NAME!r})",
        "python gdb.execute(f'ouch {place - 31}')", "trace", "reactor", "cores", "delete", "detach",
    ]
    command = ["gdb", "-q", "-batch", "-x", "tools/gdb/gdbinit"]
    for line in commands:
        command += ["-ex", line]
    process = subprocess.Popen(
        [*command, guests.KERNEL], cwd=guests.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    timer = threading.Timer(GDB_SECONDS, process.kill)
    timer.start()
    try:
        guest.ready()
        # The first turn would find an order that came at once without an interrupt, and the trace ring empty.
        guest.stats()
        client = Client(guest, b"DEBUGGED")
        client.send(client.enter(b"B", 123, 45_6789, name=NAME))
        text = process.communicate()[0]
    finally:
        timer.cancel()
        process.kill()
    space.log.write(text.encode())
    for what, pattern in (
        ("the engine it stopped in", r"#0 .*OrderEngine\.apply"),
        ("the node that called it", r"#\d .*OrderNode.*apply.*OrderNode\+Receive\.swift:\d+"),
        ("the order as the engine got it", r"order = |\$1 = \{userReference = \{_value = 1\}, side = .* 66 'B'"),
        ("the price as the engine got it", r"price = \{tenThousandths = \{_value = 456789\}\}"),
        ("the message", MESSAGE),
        ("the tasks", r"tasks: 0 journal, 1 network, 2 configuration, 3 console"),
        ("the core", r"^core 0: processor 0, task 1 \(network\), pending 0x[0-9a-f]+, at 0x[0-9a-f]+ \S"),
        ("the last events", r"^ +\d+\.\d{6} +\w+ +\d+ +\d+$"),
    ):
        check(re.search(pattern, text, re.MULTILINE), f"gdb did not print {what}:\n{text}")
    # The debugger is gone, and the order is answered.
    check(client.read(1)[0][:1] == b"A", "the order was not answered after the debugger had gone")


@test("a task that hangs is named by the watchdog, with the place", has_own_machine=True, has_own_boot=True)
def hang(space):
    port = free_tcp_port()
    guest = space.boot(
        "--smp", "1", "--gdb", str(port), append="durability=none watchdog=500", whole_line=True, memory=8)
    guest.ready()
    client = Client(guest)
    client.order(b"B", 10, 10_0000)
    # In place of the network task's first instruction a jump to itself.
    commands = [
        f"target remote 127.0.0.1:{port}", "hb pollNetwork", "continue",
        "set {unsigned short}$rip = 0xfeeb", "delete", "detach",
    ]
    command = ["gdb", "-q", "-batch", "-x", "tools/gdb/gdbinit"]
    for line in commands:
        command += ["-ex", line]
    process = subprocess.Popen(
        [*command, guests.KERNEL], cwd=guests.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    timer = threading.Timer(GDB_SECONDS, process.kill)
    timer.start()
    try:
        while process.poll() is None:
            client.send(client.enter(b"B", 10, 10_0000))
            time.sleep(0.1)
        space.log.write(process.communicate()[0].encode())
    finally:
        timer.cancel()
        process.kill()
    status, text = guest.end()
    panic = re.search(
        r"^sluice: panic: watchdog: core 0 has not turned for (\d+) ms; task 1 \(network\) runs since [\d.]+ at "
        r"rip (0x[0-9a-f]+) .*\n  at (0x[0-9a-f]+)", text, re.MULTILINE)
    check(panic, f"the watchdog did not name the task; the guest said:\n{text}")
    check(panic[2] == panic[3], f"the backtrace begins at {panic[3]} and not at {panic[2]}")
    # Found at a second mark of the timer, a period behind the first, or half a period later.
    check(500 <= int(panic[1]) < 1500, f"{panic[1]} ms")
    check("last events:" in text, "the last events are missing")
    equal(status, 37, "exit status")
