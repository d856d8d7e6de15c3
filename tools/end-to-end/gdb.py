"""A debugger attached from outside, in batch mode: it stops at the order process and prints the order."""

import re
import socket
import subprocess
import threading

import guest as guests
from client import Client
from guest import check
from suite import test

GDB_SECONDS = 60
NAME = b"seen by gdb"
MESSAGE = r"^Enter\n +reference +1\n +side +'B'\n +quantity +123\n +symbol +'SLUICE'\n +price +45\.6789\n"


def free_tcp_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@test("gdb stops at the order process and prints the order")
def gdb(space):
    port = free_tcp_port()
    guest = space.boot("--gdb", str(port), "--wait", append="durability=none", memory=8)
    # Hardware breakpoints: at reset the image is not in memory yet. The raw message still lies in its frame: its
    # name for the order, 31 bytes behind its start, leads there.
    commands = [
        f"target remote 127.0.0.1:{port}", "hb OrderEngine.apply", "continue", "bt 4", "print order",
        "python start = int(gdb.parse_and_eval('(long)&image_end'))",
        f"python place = gdb.selected_inferior().search_memory(start, 0x7c0000 - start, {NAME!r})",
        "python gdb.execute(f'ouch {place - 31}')", "trace", "reactor", "delete", "detach",
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
        ("the last events", r"^ +\d+\.\d{6} +\w+ +\d+ +\d+$"),
    ):
        check(re.search(pattern, text, re.MULTILINE), f"gdb did not print {what}:\n{text}")
    # The debugger is gone, and the order is answered.
    check(client.read(1)[0][:1] == b"A", "the order was not answered after the debugger had gone")
