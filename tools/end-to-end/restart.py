"""The journal across boots: state kept, streams byte-identical, whatever moment the power went."""

import random
import re

import disks
from client import Client
from guest import check, equal, stops
from ouch import Cancel, Query
from suite import test


def fill(space, order_count, disk):
    """Boots, enters orders one by one (a record each), and kills the guest. Gives the client."""
    guest = space.boot(disk=disk)
    guest.ready()
    client = Client(guest)
    for _ in range(order_count):
        client.order(b"B", 10, 10_0000)
    guest.kill()
    return client


def reboot(space, disk, **expected):
    guest = space.boot(disk=disk)
    equal(guest.ready(), (expected["records"], expected["orders"]), "records and live orders")
    return guest


@test("an order entered before a restart is canceled after it")
def cancel_after_restart(space):
    disk = space.disk()
    guest = space.boot(disk=disk)
    equal(guest.ready(), (0, 0), "records and live orders of a blank disk")
    ann, bob = Client(guest, b"ANN"), Client(guest, b"BOB")
    first, _ = ann.order(b"S", 100, 10_0000)
    ann.order(b"S", 5, 11_0000)
    bob.send(bob.enter(b"B", 30, 10_0000))
    bob.read(2)
    ann.read(1)
    guest.process.terminate()
    guest.end()

    guest = reboot(space, disk, records=3, orders=2)
    ann.attach(guest)
    equal(ann.ask_for_all(), ann.stream, "Ann's stream after the restart")
    ann.send(Cancel(first))
    (canceled,) = ann.read(1)
    equal((canceled[:1], int.from_bytes(canceled[13:17], "big")), (b"C", 70), "the answer to the cancel")
    # Bob has not spoken since the restart: what concerns him waits for him.
    ann.send(Query())
    ann.read(1)
    bob.attach(guest)
    equal(bob.ask_for_all(), bob.stream, "Bob's stream after the restart")
    # His numbers go on where they were, and old ones are still old.
    bob.send(bob.enter(b"B", 1, 1_0000), bob.enter(b"B", 1, 1_0000)._replace(reference=1))
    bob.read(1)
    guest.kill()
    guest = reboot(space, disk, records=6, orders=2)
    ann.attach(guest)
    equal(ann.ask_for_all(), ann.stream, "Ann's stream after the second restart")


@test("after a restart executions wait until their client has spoken")
def executions_wait(space):
    disk = space.disk()
    guest = space.boot(disk=disk)
    guest.ready()
    ann = Client(guest, b"ANN")
    ann.order(b"S", 10, 10_0000)
    guest.kill()
    guest = reboot(space, disk, records=1, orders=1)
    ann.attach(guest)
    bob = Client(guest, b"BOB")
    bob.send(bob.enter(b"B", 10, 10_0000))
    bob.read(2)
    ann.silent()
    ann.send(Query())
    check([message[:1] for message in ann.read(2)] == [b"E", b"Q"], "Ann did not get execution and answer")


@test("killed right after an answer, the order is still there")
def killed_after_answer(space):
    disk = space.disk()
    client = None
    rng = random.Random(space.options.seed)
    for boot in range(8):
        guest = reboot(space, disk, records=boot, orders=boot)
        if client:
            client.attach(guest)
            equal(client.ask_for_all(), client.stream, "the stream after the kill")
        else:
            client = Client(guest)
        order = client.enter(b"B", rng.randrange(1, 1000), 10_0000, name=b"%d" % rng.randrange(10**12))
        client.send(order)
        client.read(1)
        guest.kill()


@test("a torn tail is cut, and the journal goes on")
def torn_tail(space):
    disk = space.disk()
    client = fill(space, 20, disk)
    last = disks.records(disks.read(disk))[-1]
    equal((last.sequence, last.sector_count), (20, 1), "the last record")
    disks.write_at(disk, last.sector * disks.SECTOR + 120, bytes(disks.SECTOR - 120))  # torn in its body
    guest = reboot(space, disk, records=19, orders=19)
    guest.wait_for(rf"journal's torn tail cut at sector {last.sector}\b")
    client.attach(guest)
    del client.stream[-1]
    equal(client.ask_for_all(), client.stream, "the stream without the torn record")
    client.reference = 19
    client.order(b"B", 3, 10_0000)
    guest.kill()
    guest = reboot(space, disk, records=20, orders=20)
    check("torn" not in guest.text, "a tail was cut that was not torn")
    client.attach(guest)
    equal(client.ask_for_all(), client.stream, "the stream after the cut")


@test("a tail torn between sectors, or of garbage, is cut")
def torn_large_tail(space):
    disk = space.disk()
    guest = space.boot(disk=disk)
    guest.ready()
    client = Client(guest)
    client.order(b"B", 10, 10_0000)
    # Several cores may make several records of one packet.
    while not (found := disks.records(disks.read(disk)))[-1].sector_count > 2:
        check(len(found) < 100, "no record is large")
        client.send(*[client.enter(b"B", 1, 10_0000) for _ in range(25)])
        client.read(25)
    guest.kill()
    last = found.pop()
    left = {"records": len(found), "orders": sum(record.entry_count for record in found)}
    whole = disks.read(disk)
    disks.write_at(disk, (last.sector + 1) * disks.SECTOR, bytes((last.sector_count - 1) * disks.SECTOR))
    reboot(space, disk, **left).kill()
    # Only the later sectors arrived: the first one is still blank.
    with open(disk, "wb") as file:
        file.write(whole)
    disks.write_at(disk, last.sector * disks.SECTOR, bytes(disks.SECTOR))
    reboot(space, disk, **left).kill()
    with open(disk, "wb") as file:
        file.write(whole)
    garbage = random.Random(space.options.seed).randbytes(last.sector_count * disks.SECTOR)
    disks.write_at(disk, last.sector * disks.SECTOR, garbage)
    reboot(space, disk, **left).kill()


@test("damage before the tail is refused, with sector and sequence")
def damage(space):
    disk = space.disk()
    fill(space, 12, disk)
    image = disks.read(disk)
    found = disks.records(image)
    # In its header, in its body, in the zeros behind it (which say nothing), at the first record and the last but one.
    places = ((found[5], 40, True), (found[0], 130, True), (found[10], 0, True), (found[5], 500, False))
    for record, offset, is_damage in places:
        disks.flip(disk, record.sector * disks.SECTOR + offset)
        guest = space.boot(disk=disk)
        if is_damage:
            stops(guest, "damaged before its end", f"sector {record.sector}", f"record {record.sequence})")
            disks.flip(disk, record.sector * disks.SECTOR + offset)
            check(disks.read(disk) == image, "a disk that was refused was written to")
        else:
            guest.ready()
            guest.kill()


@test("superblocks: one copy is enough, none is refused")
def superblocks(space):
    disk = space.disk()
    fill(space, 3, disk)
    for sector in disks.SUPERBLOCK_SECTORS[:3]:
        disks.flip(disk, sector * disks.SECTOR + 30)
    reboot(space, disk, records=3, orders=3).kill()
    for sector in disks.SUPERBLOCK_SECTORS:
        disks.flip(disk, sector * disks.SECTOR + 30)
    stops(space.boot(disk=disk), "superblock", "damaged")


@test("a full journal rejects orders and takes cancels")
def full_journal(space):
    disk = space.disk(byte_count=256 << 10)
    guest = space.boot(disk=disk)
    guest.ready()
    client = Client(guest)
    live = []
    rejected = 0
    free = guest.stats()["journal-free-bytes"]
    equal(free, (512 - disks.FIRST_RECORD_SECTOR) * disks.SECTOR, "free bytes of the blank journal")
    while not rejected:
        order = client.enter(b"B", 10, 10_0000)
        client.send(order)
        (answer,) = client.read(1)
        if answer[:1] == b"A":
            live.append(order.reference)
        else:
            equal((answer[:1], int.from_bytes(answer[13:15], "big")), (b"J", 0x000A), "the rejection")
            rejected += 1
        check(len(live) < 256, "the journal never gets full")
    guest.wait_for(r"^sluice: journal full: .*$")
    stats = guest.stats()
    equal(stats["journal-free-bytes"], free - (len(live) + 1) * disks.SECTOR, "free bytes of the full journal")
    # Rejections have room of their own; when that is used up too, orders are dropped.
    for _ in range(100):
        client.send(client.enter(b"B", 10, 10_0000))
        answer = client.receive(0.3)
        if answer is None:
            break
        client.stream += answer[1]
        rejected += 1
    check(answer is None, "rejections never end")
    stats = guest.stats()
    equal(stats["refused-journal-room"], rejected, "refused")
    check(stats["dropped-journal-room"] > 0, "nothing was dropped")
    records = stats["journal-records"]
    guest.kill()
    guest = reboot(space, disk, records=records, orders=len(live))
    client.attach(guest)
    equal(client.ask_for_all(), client.stream, "the stream of the full journal")
    for count, reference in enumerate(live, 1):
        client.send(Cancel(reference))
        equal(client.read(1)[0][:1], b"C", f"the answer to cancel {count} of {len(live)}")
    stats = guest.stats()
    equal(stats["live-orders"], 0, "live orders")
    guest.kill()
    guest = reboot(space, disk, records=records + len(live), orders=0)
    client.attach(guest)
    equal(client.ask_for_all(), client.stream, "the stream after all cancels")
    equal(len(re.findall("journal full", guest.text)), 0, "lines about a full journal, before anything was refused")


@test("a full journal is said once")
def full_said_once(space):
    guest = space.boot(disk=space.disk(byte_count=192 << 10))
    guest.ready()
    client = Client(guest)
    rejected = 0
    while rejected < 5:
        client.send(client.enter(b"B", 1, 10_0000))
        rejected += client.read(1)[0][:1] == b"J"
    guest.stats()
    equal(len(re.findall("^sluice: journal full", guest.text, re.MULTILINE)), 1, "lines about a full journal")
