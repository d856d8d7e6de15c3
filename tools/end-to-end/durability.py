"""Nothing is answered before it is durable: judged by QEMU's log of what it wrote and flushed."""

import re

import disks
import ouch
from client import Client
from guest import Failure, check, equal
from ouch import Cancel
from suite import test

DISK_BYTES = 4 << 20
WINDOW = 16


def judge_answer(entries, name, message):
    """Checks that an answered message lies in a record that was flushed, in what the log holds now."""
    pattern = re.escape(ouch.padded(name, 10)) + b".{8}" + re.escape(ouch.encode(message))
    durable = disks.flushed(entries)
    written = [index for index, entry in enumerate(durable) if re.search(pattern, entry.data, re.DOTALL)]
    check(written, "the answer came before its message was written and flushed")
    check(
        any(entry.flags & disks.FLUSH for entry in durable[written[0] :]),
        "the answer came before a flush after its record",
    )


def judge_log(entries):
    """Checks that each record was flushed before the next one was written. Gives the number of records."""
    is_open = False
    count = 0
    for entry in entries:
        if entry.flags & disks.FLUSH:
            is_open = False
        elif entry.sector >= disks.FIRST_RECORD_SECTOR:
            check(not is_open, f"the record at sector {entry.sector} was written before the one before it was flushed")
            is_open = True
            count += 1
    check(not is_open, "the last record was not flushed")
    check(count > 0, "no record was written")
    return count


def must_fail(what, judge):
    try:
        judge()
    except Failure:
        return
    raise Failure(f"control: {what} was accepted")


def without_flushes(entries):
    return [entry for entry in entries if not entry.flags & disks.FLUSH]


@test("a flush comes after each record and before its answer")
def flush_before_answer(space):
    log = space.path("writes.log")
    guest = space.boot("--disk-log", log, disk=space.disk(byte_count=DISK_BYTES))
    guest.ready()
    client = Client(guest)
    answered = 0
    for number in range(40):
        order = client.enter(b"B", 1 + number, 10_0000, name=b"order %d" % number)
        client.send(order)
        client.read(1)
        entries = disks.write_log(log)
        answered += 1
        judge_answer(entries, client.name, order)
        check(judge_log(entries) >= answered, "fewer records than answers, one at a time")
        if number % 2:
            cancel = Cancel(order.reference)
            client.send(cancel)
            client.read(1)
            entries = disks.write_log(log)
            judge_answer(entries, client.name, cancel)
            answered += 1
        if number in (0, 19):
            boots_with(space, entries, number + 1 - (number + 1) // 2, client.stream)
    must_fail("a log without flushes", lambda: judge_log(without_flushes(entries)))
    must_fail("an answer without a flush", lambda: judge_answer(without_flushes(entries), client.name, cancel))
    must_fail("an answer whose last flush is missing", lambda: judge_answer(entries[:-1], client.name, cancel))
    must_fail("an order that was never sent", lambda: judge_answer(entries, client.name, order._replace(price=1)))


def boots_with(space, entries, order_count, stream):
    """Boots from nothing but what was flushed: all that was answered must be there."""
    disk = space.path("flushed.img")
    with open(disk, "wb") as file:
        file.write(disks.image_of(disks.flushed(entries), DISK_BYTES))
    guest = space.boot(disk=disk)
    equal(guest.ready()[1], order_count, "live orders on the flushed disk")
    equal(Client(guest).ask_for_all(), stream, "the stream from the flushed disk")
    guest.kill()


@test("many answers share a flush, none overtakes it")
def shared_flushes(space):
    log = space.path("writes.log")
    guest = space.boot("--disk-log", log, disk=space.disk(byte_count=DISK_BYTES))
    guest.ready()
    client = Client(guest)
    orders = [client.enter(b"B", 1, 10_0000, name=b"n%d" % number) for number in range(400)]
    sent = 0
    while len(client.stream) < len(orders):
        while sent < len(orders) and sent - len(client.stream) < WINDOW:
            client.send(orders[sent])
            sent += 1
        before = len(client.stream)
        client.read_some()
        entries = disks.write_log(log)
        for order in orders[before : len(client.stream)]:
            judge_answer(entries, client.name, order)
    count = judge_log(disks.write_log(log))
    check(count < len(orders), f"{count} records for {len(orders)} orders: no flush was shared")


@test("a flush that fails is said, and nothing is answered after it")
def failing_disk(space):
    disk = space.disk(byte_count=DISK_BYTES)
    # Two flushes with something to flush make a blank disk a journal, two orders take one each.
    guest = space.boot("--disk-fails", "5", disk=disk)
    guest.ready()
    client = Client(guest)
    client.order(b"B", 1, 10_0000)
    client.order(b"B", 2, 10_0000)
    client.send(client.enter(b"B", 3, 10_0000))
    guest.wait_for(r"^sluice: journal failed: .*$")
    client.send(client.enter(b"B", 4, 10_0000))
    client.silent()
    stats = guest.stats()
    equal((stats["journal-failed"], stats["journal-durable-entries"]), (1, 2), "the failure and the durable entries")
    equal(client.ask_for_all(), client.stream, "what was durable is still sent again")
    guest.stats()
    equal(guest.text.count("journal failed:"), 1, "lines about the failure")
    guest.kill()
    # The third order was written and never answered: after a restart it may be there or not.
    guest = space.boot(disk=disk)
    check(guest.ready() in ((2, 2), (3, 3)), "records and live orders after the failure")
    client.attach(guest)
    equal(client.ask_for_all()[:2], client.stream, "the stream after the failure")


@test("without a journal nothing is written, and the judge says so")
def control_without_journal(space):
    log = space.path("writes.log")
    guest = space.boot("--disk-log", log, disk=space.disk(byte_count=DISK_BYTES), append="durability=none")
    guest.ready()
    client = Client(guest)
    order = client.enter(b"B", 1, 10_0000)
    client.send(order)
    client.read(1)
    entries = disks.write_log(log)
    equal(entries, [], "writes")
    must_fail("an answer without a journal", lambda: judge_answer(entries, client.name, order))
    must_fail("a log without records", lambda: judge_log(entries))
