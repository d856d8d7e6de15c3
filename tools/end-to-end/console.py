"""The serial console while orders flow: commands in, counters and events out."""

import re
import time

from client import Client
from guest import check, equal
from ouch import Cancel
from suite import test

COUNTERS = (
    "frames-received", "frames-transmitted", "frames-lent", "datagrams", "packets", "enters", "replaces", "cancels",
    "queries", "accepted", "replaced", "canceled", "rejected", "executions", "live-orders", "journal-records",
    "journal-entries", "journal-writes", "journal-flushes", "journal-free-bytes", "interrupts-timer",
    "interrupts-disk", "interrupts-network", "interrupts-serial", "sleeps", "idle-per-mille",
)


@test("stats counts what happened")
def stats(space):
    guest = space.boot(disk=space.disk())
    guest.ready()
    client = Client(guest)
    before = guest.stats()
    check(all(name in before for name in COUNTERS), f"missing: {[name for name in COUNTERS if name not in before]}")
    first, _ = client.order(b"B", 10, 10_0000)
    client.order(b"S", 4, 11_0000)
    client.send(client.enter(b"S", 3, 10_0000))
    client.read(3)
    client.send(Cancel(first))
    client.read(1)
    client.send(client.enter(b"S", 0, 10_0000))
    client.read(1)
    after = guest.stats()
    growth = {name: after[name] - before[name] for name in (
        "packets", "enters", "cancels", "accepted", "canceled", "rejected", "executions", "live-orders",
        "journal-records", "journal-entries", "datagrams-sent", "messages-sent", "clients",
    )}
    equal(growth, {
        "packets": 5, "enters": 4, "cancels": 1, "accepted": 3, "canceled": 1, "rejected": 1, "executions": 1,
        "live-orders": 1, "journal-records": 5, "journal-entries": 5, "datagrams-sent": 5, "messages-sent": 7,
        "clients": 1,
    }, "growth")
    equal(after["journal-flushes"] - before["journal-flushes"], 5, "flushes")
    equal(before["journal-free-bytes"] - after["journal-free-bytes"], 5 * 512, "free bytes used")
    # The disk's go to the core that writes the journal, which then tells the first one.
    journal = "interrupts-disk" if ",journal:0\n" in guest.text else "interrupts-journal"
    for name in ("interrupts-network", journal, "interrupts-serial", "sleeps"):
        check(after[name] > before[name], f"{name} did not grow")
    check(0 < after["idle-per-mille"] <= 1000, f"idle {after['idle-per-mille']} per mille")


def wake_rarely(guests, meanwhile, most_a_second=1):
    """Checks that each guest's first core wakes at most so often while `meanwhile` goes on.

    Gives the share of that time which each spent idle.
    """
    before = [guest.stats() for guest in guests]
    meanwhile()
    shares = []
    for guest, earlier in zip(guests, before):
        later = guest.stats()
        seconds = (later["uptime-microseconds"] - earlier["uptime-microseconds"]) / 1e6
        # Each byte of the line that was typed may wake it.
        wake_ups = later["sleeps"] - earlier["sleeps"] - len("stats\r")
        check(wake_ups <= most_a_second * seconds, f"it woke {wake_ups} times in {seconds:.1f} s")
        shares.append((idle_seconds(later) - idle_seconds(earlier)) / seconds)
    return shares


def idle_seconds(stats):
    return stats["idle-per-mille"] / 1000 * stats["uptime-microseconds"] / 1e6


# Of several cores each is looked at twice a second, by one of them, and answers when it has slept meanwhile.
LOOKS_A_SECOND = 4


@test("an idle guest hardly ever wakes")
def idle(space):
    guests = [space.boot(disk=space.disk()), space.boot(append="durability=none")]
    for guest in guests:
        guest.ready()
        Client(guest).order(b"B", 10, 10_0000)
    # Long enough for the longest alarm of the timer chip, which is approached in steps, and for the watchdog to find
    # three times that there is nothing to watch.
    for share in wake_rarely(guests, lambda: time.sleep(6), 1 if space.options.smp == 1 else LOOKS_A_SECOND):
        check(share > 0.9, f"idle for {share:.3f} of the time")


@test("tasks lists the tasks by level")
def tasks(space):
    guest = space.boot(disk=space.disk())
    guest.ready()
    text = guest.command("tasks\rhelp", r"^tasks .*\n")
    rows = re.findall(r"^task (\d) (\w+) level (\d) polls-over-budget \d+$", text, re.MULTILINE)
    expected = [("journal", 0), ("network", 1), ("configuration", 2), ("console", 3)]
    if space.options.smp > 1:
        expected.append(("notices", 2))
        if ",timers:0," in guest.text:
            expected.append(("timers", 2))
    equal(rows, [(str(slot), name, str(level)) for slot, (name, level) in enumerate(expected)], "tasks")


@test("every scheduler takes orders")
def schedulers(space):
    for scheduler in ("levels", "round-robin", "deadline", "fair"):
        guest = space.boot(disk=space.disk(), append=f"scheduler={scheduler}")
        guest.ready()
        client = Client(guest)
        for _ in range(20):
            client.order(b"B", 10, 10_0000)
        equal(guest.stats()["accepted"], 20, f"accepted with scheduler={scheduler}")
        guest.kill()


@test("trace shows the last events")
def trace(space):
    guest = space.boot(disk=space.disk())
    guest.ready()
    client = Client(guest)
    client.order(b"B", 10, 10_0000)
    text = guest.command("trace\rhelp", r"^trace .*\n")
    events = re.findall(r"^(\d+\.\d{6}) (\w+) (\d+) (\d+)$", text, re.MULTILINE)
    kinds = {kind for _, kind, _, _ in events}
    check(kinds >= {"interrupt", "order", "durable"}, f"only these kinds of events: {kinds}")
    check(len(events) <= 64, f"{len(events)} events")


@test("commands: unknown ones are answered, long lines and noise do no harm")
def commands(space):
    guest = space.boot(append="durability=none")
    guest.ready()
    guest.command("help", r"^stats .*\n(.*\n)*trace .*\n")
    for line in ("Stats", "stats ", "x", "s" * 63, "s" * 64, "s" * 500, "stats" * 13, "\x00\x7f\xff"):
        guest.command(line, r"^unknown command; help lists them\n")
    start = len(guest.text)
    guest.process.stdin.write(b"\r\n\n\r\r")
    guest.stats()
    check("unknown command" not in guest.text[start:], "an empty line was answered")
    start = len(guest.text)
    guest.process.stdin.write(b"stats\n")  # a line may end either way
    guest.process.stdin.flush()
    guest.wait_for(r"^idle-per-mille \d+\n", start)


def answered(guest, line, end):
    """Types a line until the console says `end`: what finds no room is dropped, the ends of lines too, so behind many
    commands no answer is whole until all is said."""
    deadline = time.monotonic() + 60
    while not re.search(end, guest.text, re.MULTILINE):
        check(time.monotonic() < deadline, "no answer is whole a minute behind the others")
        guest.process.stdin.write(line.encode() + b"\n")
        guest.process.stdin.flush()
        time.sleep(0.3)


@test("commands do not hold up orders")
def commands_under_load(space):
    guest = space.boot(append="durability=none")
    guest.ready()
    client = Client(guest)
    for number in range(300):
        if number % 10 == 0:
            guest.process.stdin.write(b"trace\r" if number % 20 else b"stats\r")
            guest.process.stdin.flush()
        client.order(b"B", 10, 10_0000)
    answered(guest, "help", r"^tasks  .*\n")
    equal(guest.stats()["live-orders"], 300, "live orders")


# Firmware with exact time takes minutes on some machines.
@test("a flood of commands takes one a poll", has_own_boot=True)
def command_flood(space):
    # Time is the instruction count: a poll's length does not depend on the host.
    guest = space.boot("--icount", append="durability=none")
    guest.ready()
    guest.process.stdin.write(b"stats\n" * 2000)
    guest.process.stdin.flush()
    answered(guest, "help", r"^tasks  .*\n")
    longest = guest.stats()["longest-poll-microseconds"]
    check(longest < 200, f"a poll of {longest} us")
