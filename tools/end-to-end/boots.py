"""Machines that fit and machines that do not: each either runs or says why not, and what to do."""

import datetime
import os
import random
import re
import subprocess
import time

import disks
import ouch
from client import Client
from gdb import GDB_SECONDS, free_tcp_port
from guest import KERNEL, check, equal, stops
from suite import test

NO_FLUSH = ("--disk-options", "write-cache=off,config-wce=off")


def takes_an_order(guest):
    guest.ready()
    client = Client(guest)
    client.order(b"B", 1, 10_0000)
    guest.kill()


# Under firmware there always is one: that with the loader.
@test("no disk", has_own_boot=True)
def no_disk(space):
    stops(space.boot(), "no disk for the journal", "durability=none")
    takes_an_order(space.boot(append="durability=none"))


@test("a read-only disk")
def read_only_disk(space):
    disk = space.disk()
    stops(space.boot("--disk-read-only", disk=disk), "read-only", "durability=none")
    takes_an_order(space.boot("--disk-read-only", disk=disk, append="durability=none"))
    check(not any(disks.read(disk)), "a read-only disk was written to")


@test("a disk without FLUSH")
def no_flush(space):
    disk = space.disk()
    stops(space.boot(*NO_FLUSH, disk=disk), "flush", "durability=none")
    takes_an_order(space.boot(*NO_FLUSH, disk=disk, append="durability=none"))
    check(not any(disks.read(disk)), "a disk that was refused was written to")


@test("a foreign disk is refused and left alone")
def foreign_disk(space):
    rng = random.Random(space.options.seed)
    for start in (rng.randbytes(1 << 20), b"\xeb\x3c\x90mkfs.fat", bytes(70000) + b"x"):
        content = start.ljust(2 << 20, b"\0")
        disk = space.path("foreign.img")
        with open(disk, "wb") as file:
            file.write(content)
        stops(space.boot(disk=disk), "not a Sluice journal")
        check(disks.read(disk) == content, "a foreign disk was written to")


@test("a machine without the chips of a PC is told what it lacks", has_own_machine=True, has_own_boot=True)
def no_chips(space):
    for options, *words in (
        ("pit=off,rtc=off,pic=off", "8254", "pit=on"), ("rtc=off,pic=off", "no virtio network device"),
    ):
        guest = space.boot(
            "--machine", "microvm", "--net", "none", "--", "-machine", options, append="durability=none",
            whole_line=True)
        stops(guest, *words)


@test("without a serial port orders are taken, and the core sleeps", has_own_machine=True)
def no_serial_port(space):
    port = free_tcp_port()
    guest = space.boot(
        "--smp", "1", "--serial", "none", "--gdb", str(port), append="durability=none", whole_line=True)
    client = Client(guest)

    def is_answered():
        """Without a console nobody says when the guest is ready; before QEMU is, the port is refused."""
        try:
            client.send(client.enter(b"B", 1, 10_0000))
            return client.receive(0.2)
        except ConnectionRefusedError:
            time.sleep(0.02)

    def sleeps():
        """Whether a debugger that looks at any moment finds the core halted: one with a task that is ready never is."""
        command = ["gdb", "-q", "-batch", "-ex", f"target remote 127.0.0.1:{port}", "-ex", "info symbol $rip", KERNEL]
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=GDB_SECONDS)
        space.log.write(done.stdout.encode())
        return "core_halt" in done.stdout

    check(any(is_answered() for _ in range(500)), "no order was answered")
    check(any(sleeps() for _ in range(5)), "the core never sleeps")


@test("disks of odd sizes")
def odd_sizes(space):
    stops(space.boot(disk=space.disk(byte_count=128 << 10)), "smaller than")
    takes_an_order(space.boot(disk=space.disk(byte_count=192 << 10)))
    disk = space.disk(byte_count=1 << 20)
    takes_an_order(space.boot(disk=disk))
    os.truncate(disk, 512 << 10)
    stops(space.boot(disk=disk), "smaller than")
    os.truncate(disk, 2 << 20)  # larger than before: the rest is taken into use
    guest = space.boot(disk=disk)
    equal(guest.ready(), (1, 1), "records and live orders on the larger disk")
    check(guest.stats()["journal-free-bytes"] > 1 << 20, "the rest of the larger disk is not used")


# A line that is too long is refused by the loader of UEFI machines itself.
@test("words on the command line", has_own_boot=True)
def command_line(space):
    for append, *words in (
        ("durabilty=none", "unknown word", "durabilty=none", "durability=journal|none"),
        ("durability=none verbose", "unknown word", ": verbose;"),
        ("durability=", "unknown word", "durability="),
        ("ip=10.0.2.15", "unreadable address", "ip=10.0.2.15;"),
        ("ip=10.0.2.256/24", "unreadable address", "ip=10.0.2.256/24"),
        ("gw=gateway", "unreadable address", "gw=gateway"),
        ("scheduler=fastest", "unknown word", "scheduler=fastest;", "levels|round-robin|deadline|fair"),
        ("watchdog=0", "unreadable number", "watchdog=0;", "100 to 4000"),
        ("durability=none gw=10.0.3.2", "ip= and gw= do not fit"),
        ("durability=none gw=10.0.2.2\u00fc", "unreadable address", "gw=10.0.2.2??;"),
        ("durability=none\n\x1b[2Jip=10.0.2.15/24", "unknown word", ": ?[2Jip=10.0.2.15/24;"),
        ("durability=none".ljust(1024) + " ip=10.0.2.77/24", "longer than the 1024 bytes"),
    ):
        stops(space.boot(append=append), *words)
    guest = space.boot(append="  durability=none   ip=10.0.2.77/24 gw=10.0.2.2 ")
    guest.wait_for(r"^sluice: ready udp 10\.0\.2\.77:26400 journal none orders 0$")
    space.boot("--machine", "q35", append="\tdurability=none\r\nip=10.0.2.15/24\n\n".ljust(1024)).ready()
    # The last one counts.
    space.boot(append="durability=journal durability=none").ready()


# What the kernel says is enough, by the number of cores; and what is too little with any placement.
ENOUGH_MEMORY = {1: 8, 2: 8, 4: 12}
TOO_LITTLE_MEMORY = {1: 4, 2: 4, 4: 8}


@test("little memory is enough, and too little is said", has_own_boot=True)
def memory(space):
    enough = ENOUGH_MEMORY[space.options.smp]
    takes_an_order(space.boot(memory=enough, disk=space.disk()))
    stops(
        space.boot(memory=TOO_LITTLE_MEMORY[space.options.smp], append="durability=none"), "too little memory",
        "8 MiB or more, and 2 MiB more for each core beyond the second")
    # A journal written with more memory is either replayed or refused, but never replayed in part.
    takes_an_order(space.boot(memory=512, disk=space.disk("large.img")))
    guest = space.boot(memory=enough, disk=space.path("large.img"))
    equal(guest.ready(), (1, 1), "records and live orders with less memory")


def own_lines(text):
    """The kernel's own lines, behind those of firmware and its loader where there are any."""
    lines = [line for line in text.splitlines() if line]
    loaders = [index for index, line in enumerate(lines) if line.startswith("sluice: loader: ")]
    return lines[loaders[-1] + 1 :] if loaders else lines


@test("the boot log has times, the ready line its form")
def boot_log(space):
    guest = space.boot(disk=space.disk())
    guest.ready()
    lines = own_lines(guest.text)
    check(re.fullmatch(r"sluice: ready udp 10\.0\.2\.15:26400 journal 0 orders 0", lines[-1]), f"it is: {lines[-1]}")
    times = [re.match(r"\[(\d+\.\d{6})\] sluice: ", line) for line in lines[:-1]]
    check(all(times) and len(times) >= 3, f"lines without a time:\n{guest.text}")
    seconds = [float(time[1]) for time in times]
    equal(seconds, sorted(seconds), "the times in order")


# Firmware puts a date right that it takes for wrong.
@test("the clock chip's date and time", has_own_boot=True)
def date_and_time(space):
    for chip in ("2026-11-26T07:08:09", "2024-02-29T11:59:58", "2037-12-31T23:59:56", "1999-12-31T00:00:00"):
        start = datetime.datetime.fromisoformat(chip)
        guest = space.boot("--", "-rtc", f"base={chip}", append="durability=none")
        said = guest.wait_for(r"^\[[\d.]+\] sluice: (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC$")[1]
        late = (datetime.datetime.fromisoformat(said) - start).total_seconds()
        check(0 <= late < 30, f"the chip was set to {chip}, and the boot log says {said}")
        is_stamped_soon_after(guest, (start - start.replace(hour=0, minute=0, second=0)).total_seconds())
    # Before 1970 there is no date to Sluice.
    guest = space.boot("--", "-rtc", "base=1969-06-15T12:00:00", append="durability=none")
    guest.wait_for(r"^\[[\d.]+\] sluice: the clock chip tells no date and time")
    is_stamped_soon_after(guest, 0)


def is_stamped_soon_after(guest, seconds):
    """Checks that a message is stamped at most half a minute after so many seconds since midnight."""
    guest.ready()
    client = Client(guest)
    client.send(client.enter(b"B", 1, 10_0000))
    answer = client.receive()
    check(answer, "there was no answer")
    late = (ouch.timestamp(answer[1][0]) / 1e9 - seconds) % 86_400
    check(late < 30, f"a message was stamped {late:.3f} s after {seconds}")
    guest.kill()
