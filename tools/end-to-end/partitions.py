"""The journal in a partition: found by its type, kept to its sectors, and the disks that are passed over or refused."""

import os
import re
import shutil
import subprocess

import disks
from client import Client
from guest import ROOT, check, equal, stops
from suite import test

JOURNAL_TYPE = "4A0F2C1E-9D3B-4C57-8E61-5B7A53C1D0F2"
OTHER_TYPE = "8300"
SECTOR = disks.SECTOR
DISK_BYTES = 8 << 20
FIRST, LAST = 4096, 12287  # of the journal's partition, in sectors: 4 MiB
BACKUP_HEADER = DISK_BYTES // SECTOR - 1


def sgdisk():
    """The partitioning tool, which lies where only root's PATH leads."""
    return shutil.which("sgdisk") or "/usr/sbin/sgdisk"


def partition(path, *partitions):
    """Makes a partition table: (number, first sector, last sector, type) of each. All else is filled with garbage first,
    the journal's own partitions with zeros."""
    size = os.path.getsize(path)
    with open(path, "wb") as file:
        file.write(bytes(range(1, 256)) * (size // 255) + bytes(size % 255))
    for number, first, last, kind in partitions:
        if kind == JOURNAL_TYPE:
            disks.write_at(path, first * SECTOR, bytes((last - first + 1) * SECTOR))
    command = [sgdisk(), "--clear", "--set-alignment=1"]
    for number, first, last, kind in partitions:
        command += [f"--new={number}:{first}:{last}", f"--typecode={number}:{kind}"]
    subprocess.run([*command, path], check=True, stdout=subprocess.DEVNULL)


def partitioned(space, name="partitioned.img", first=FIRST, last=LAST):
    disk = space.disk(name, DISK_BYTES)
    partition(disk, (1, 64, 2047, "EF00"), (2, first, last, JOURNAL_TYPE))
    return disk


def second_disk(path, read_only=False):
    """One more disk, behind the others on the bus: extra arguments for QEMU."""
    mode = ",read-only=on" if read_only else ""
    return ("--machine", "q35", "--", "-blockdev", f"driver=file,node-name=file2,filename={path}{mode}", "-blockdev",
            f"driver=raw,node-name=disk2,file=file2{mode}", "-device", "virtio-blk-pci,disable-legacy=on,drive=disk2")


def outside(image, first=FIRST, last=LAST):
    return image[: first * SECTOR], image[(last + 1) * SECTOR :]


def journal_line(guest, disk, number, first=FIRST, last=LAST):
    guest.wait_for(rf"^\[[\d.]+\] sluice: journal on disk {disk}, partition {number}, sectors {first} to {last}$")


def verify(path):
    """What the host command says of a disk, and its status."""
    done = subprocess.run([f"{ROOT}/build/sluice", "journal", "verify", path], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


@test("a journal in a partition, and nothing outside it is written", has_own_machine=True, has_own_boot=True)
def in_a_partition(space):
    disk = partitioned(space)
    before = disks.read(disk)
    guest = space.boot(disk=disk)
    equal(guest.ready(), (0, 0), "records and live orders of a blank partition")
    journal_line(guest, 1, 2)
    client = Client(guest)
    for _ in range(20):
        client.order(b"B", 10, 10_0000)
    guest.kill()
    guest = space.boot(disk=disk)
    equal(guest.ready(), (20, 20), "records and live orders after the restart")
    client.attach(guest)
    equal(client.ask_for_all(), client.stream, "the stream after the restart")
    state = re.search(r"state (0x[0-9a-f]+)", guest.text)[1]
    guest.kill()
    after = disks.read(disk)
    check(outside(after) == outside(before), "something outside the partition was written")
    equal(len(disks.records(after[FIRST * SECTOR : (LAST + 1) * SECTOR])), 20, "records in the partition")
    status, text = verify(disk)
    equal(status, 0, f"the status of `sluice journal verify`, which said {text}")
    check(f"partition 2, sectors {FIRST} to {LAST}" in text and "20 records" in text and state in text, text)
    # The control: the comparison sees a byte outside.
    disks.flip(disk, (LAST + 1) * SECTOR)
    check(outside(disks.read(disk)) != outside(before), "a flipped byte was not seen")


@test("a damaged partition table: the backup is used", has_own_machine=True, has_own_boot=True)
def backup_table(space):
    disk = partitioned(space)
    for damage in (1 * SECTOR + 60, 2 * SECTOR + 40):
        disks.flip(disk, damage)
        before = disks.read(disk)
        guest = space.boot(disk=disk)
        guest.ready()
        guest.wait_for(r"sluice: disk 1's backup of its partition table is used: its (header's|entries') checksum is wrong$")
        journal_line(guest, 1, 2)
        guest.kill()
        check(outside(disks.read(disk)) == outside(before), "something outside the partition was written")
        disks.flip(disk, damage)
    guest = space.boot(disk=disk)
    guest.ready()
    check("backup" not in guest.text, "a table in order is said to be damaged")
    guest.kill()
    # Both damaged: the journal may be there, so nothing else is used either.
    disks.flip(disk, SECTOR + 60)
    disks.flip(disk, BACKUP_HEADER * SECTOR + 60)
    before = disks.read(disk)
    other = space.disk("other.img")
    stops(space.boot(*second_disk(other), disk=disk), "disk 1's partition table cannot be used", "checksum is wrong")
    check(disks.read(disk) == before and not any(disks.read(other)), "a disk was written to")


@test("disks without a place for the journal are passed over", has_own_machine=True, has_own_boot=True)
def passed_over(space):
    disk = space.disk("boot.img", DISK_BYTES)
    partition(disk, (1, 64, 2047, "EF00"), (2, FIRST, LAST, OTHER_TYPE))
    before = disks.read(disk)
    stops(space.boot(disk=disk), "no place for the journal", JOURNAL_TYPE, "durability=none")
    other = space.disk()
    for records in (0, 3):
        guest = space.boot(*second_disk(other), disk=disk)
        equal(guest.ready(), (records, records), "records and live orders")
        guest.wait_for(r"^\[[\d.]+\] sluice: disk 1 passed over: none of its partitions is a journal's$")
        client = Client(guest, b"C%d" % records)
        for _ in range(3):
            client.order(b"B", 1, 10_0000)
        guest.kill()
    # A partition on the second disk.
    third = partitioned(space, "third.img")
    guest = space.boot(*second_disk(third), disk=disk)
    equal(guest.ready(), (0, 0), "records and live orders of the blank partition")
    journal_line(guest, 2, 2)
    guest.kill()
    # The first place counts, whatever is behind it.
    guest = space.boot(*second_disk(third), disk=other)
    equal(guest.ready(), (6, 6), "records and live orders of the first disk")
    guest.kill()
    check(disks.read(disk) == before, "the disk that was passed over was written to")


@test("a blank disk in front does not hide a journal", has_own_machine=True, has_own_boot=True)
def blank_in_front(space):
    passed = "sluice: disk 1 passed over: it is blank, and one behind it is not"
    for disk in (space.disk("whole.img"), partitioned(space)):
        blank = space.disk("blank.img")
        guest = space.boot(disk=disk)
        guest.ready()
        client = Client(guest)
        for _ in range(3):
            client.order(b"B", 1, 10_0000)
        guest.kill()
        guest = space.boot(*second_disk(disk), disk=blank)
        equal(guest.ready(), (3, 3), "records and live orders with a blank disk in front")
        check(passed in guest.text, f"it said:\n{guest.text}")
        guest.kill()
        check(not any(disks.read(blank)), "the blank disk was written to")
        # What can not be written to is no place to go on, and the blank disk is one to begin.
        for records in (0, 1):
            guest = space.boot(*second_disk(disk, read_only=True), disk=blank)
            equal(guest.ready(), (records, records), "records and live orders with a read-only disk behind")
            check("passed over" not in guest.text, f"it said:\n{guest.text}")
            if not records:
                Client(guest).order(b"B", 1, 10_0000)
            guest.kill()
        # Once both have a journal, the first counts.
        guest = space.boot(*second_disk(disk), disk=blank)
        equal(guest.ready(), (1, 1), "records and live orders of the first of two journals")
        guest.kill()
        os.unlink(blank)
    other, blank = space.disk("other.img"), space.disk("blank.img")
    disks.write_at(other, 0, b"something else")
    before = disks.read(other)
    guest = space.boot(*second_disk(other), disk=blank)
    equal(guest.ready(), (0, 0), "records and live orders with something else behind")
    guest.kill()
    check(disks.read(other) == before, "what is no journal was written to")
    stops(space.boot(*second_disk(blank), disk=other), "not a Sluice journal")
    # Two blank ones: the first.
    first, second = space.disk("first.img"), space.disk("second.img")
    for records in (0, 1):
        guest = space.boot(*second_disk(second), disk=first)
        equal(guest.ready(), (records, records), "records and live orders of the first of two blank disks")
        Client(guest, b"C%d" % records).order(b"B", 1, 10_0000)
        guest.kill()
    check(not any(disks.read(second)), "the second blank disk was written to")


@test("several journals' partitions are refused", has_own_machine=True, has_own_boot=True)
def several_partitions(space):
    disk = space.disk(byte_count=DISK_BYTES)
    partition(disk, (1, 2048, FIRST - 1, JOURNAL_TYPE), (2, FIRST, LAST, JOURNAL_TYPE))
    before = disks.read(disk)
    stops(space.boot(disk=disk), "several partitions", "delete all but one")
    check(disks.read(disk) == before, "a disk that was refused was written to")


@test("a disk with large blocks is refused", has_own_machine=True, has_own_boot=True)
def large_blocks(space):
    disk = partitioned(space)
    before = disks.read(disk)
    blocks = ("--disk-options", "logical_block_size=4096,physical_block_size=4096")
    stops(space.boot(*blocks, disk=disk), "disk 1 has blocks of more than 512 bytes", "durability=none")
    check(disks.read(disk) == before, "a disk that was refused was written to")


@test("a full journal ends with its partition", has_own_machine=True, has_own_boot=True)
def full_partition(space):
    first, last = FIRST, FIRST + 511
    disk = partitioned(space, first=first, last=last)
    before = disks.read(disk)
    guest = space.boot(disk=disk)
    guest.ready()
    equal(guest.stats()["journal-free-bytes"], (512 - disks.FIRST_RECORD_SECTOR) * SECTOR, "free bytes of the partition")
    client = Client(guest)
    accepted = 0
    while True:
        client.send(client.enter(b"B", 10, 10_0000))
        answer = client.receive(0.3)
        if answer is None:
            break
        client.stream += answer[1]
        accepted += answer[1][0][:1] == b"A"
        check(accepted < 256, "the journal never gets full")
    records = guest.stats()["journal-records"]
    guest.kill()
    check(outside(disks.read(disk), first, last) == outside(before, first, last), "the journal left its partition")
    guest = space.boot(disk=disk)
    equal(guest.ready(), (records, accepted), "records and live orders of the full partition")
    client.attach(guest)
    equal(client.ask_for_all(), client.stream, "the stream of the full journal")


@test("a disk that was made larger keeps its journal", has_own_machine=True, has_own_boot=True)
def larger_disk(space):
    disk = partitioned(space)
    guest = space.boot(disk=disk)
    guest.ready()
    Client(guest).order(b"B", 10, 10_0000)
    guest.kill()
    os.truncate(disk, DISK_BYTES * 2)
    guest = space.boot(disk=disk)
    equal(guest.ready(), (1, 1), "records and live orders on the larger disk")
    guest.kill()
    # Smaller than the table: refused.
    os.truncate(disk, DISK_BYTES // 2)
    stops(space.boot(disk=disk), "the disk ends before it does")
