"""The loader for UEFI machines and the boot disk: what the kernel is handed, what is refused, orders."""

import os
import re
import subprocess

import guest as guests
from client import Client
from guest import FOLDER, KERNEL, check, equal, make_boot_disk
from suite import test

MIB = 1 << 20
JOURNAL_START = 41 * MIB
COLUMNS = 79
PROBE_STATUS = 67
LONGEST_COMMAND_LINE = 1024
# PVH's kinds of memory: RAM, reserved, ACPI tables, ACPI NVS, unusable.
RAM, ACPI_KINDS, KINDS = 1, (3, 4), range(1, 6)
ROOT_POINTER_BYTES = 36


def probe(space, name, **defines):
    """A small kernel that says what it is handed; definitions make it one that must be refused."""
    path = space.path(f"{name}.elf")
    words = [f"-DGIVEN_{key}={value}" for key, value in defines.items()]
    subprocess.run(["nasm", "-f", "bin", *words, "-o", path, os.path.join(FOLDER, "probe.asm")], check=True)
    return path


def image(space, name, kernel, *options, journal=0):
    return make_boot_disk(space.path(f"{name}.img"), "--kernel", kernel, "--journal", str(journal), *options)


def boot(space, boot_disk, *options, **more):
    """Boots a boot disk on q35 unless the options say otherwise: not every machine of a run has UEFI firmware."""
    machine = () if "--machine" in options else ("--machine", "q35")
    return space.boot("--boot-disk", boot_disk, *machine, *options, boot="uefi", whole_line=True, **more)


def words_of(text):
    """The console breaks lines at its last column."""
    return " ".join(text.split())


class Report:
    """What the probe said."""

    def __init__(self, guest):
        status, self.text = guest.end()
        equal(status, PROBE_STATUS, f"the status of a probe that said:\n{self.text}\nthe status")
        self.memory = [
            (int(kind, 16), int(start, 16), int(start, 16) + int(size, 16))
            for kind, start, size in re.findall(r"^probe: memory (\w+) (\w+) (\w+)$", self.text, re.MULTILINE)
        ]
        self.line = re.search(r"^probe: line (.*)$", self.text, re.MULTILINE)[1]

    def value(self, name):
        return int(re.search(rf"^probe: {name} (\w+)$", self.text, re.MULTILINE)[1], 16)

    def kind_of(self, start, end):
        """The kind of the range that has all of the bytes."""
        kinds = [kind for kind, low, high in self.memory if low <= start and end <= high]
        equal(len(kinds), 1, f"ranges with {start:#x} to {end:#x} among {self.memory}: the number")
        return kinds[0]


def check_memory(memory, byte_count):
    """That the map is in order, says each byte once and no neighbours of one kind, and has the machine's memory."""
    for (kind, _, end), (next_kind, next_start, _) in zip(memory, memory[1:]):
        check(end <= next_start, f"ranges overlap or are out of order at {next_start:#x}")
        check(end < next_start or kind != next_kind, f"neighbours of one kind at {end:#x}")
    check(all(kind in KINDS and start < end for kind, start, end in memory), f"a range makes no sense: {memory}")
    usable = sum(end - start for kind, start, end in memory if kind == RAM)
    check(0.8 * byte_count < usable <= byte_count, f"{usable >> 20} MiB usable of {byte_count >> 20}")


@test("UEFI: what the kernel is handed", has_own_machine=True, has_own_boot=True)
def handed(space):
    disk = image(space, "probe", probe(space, "probe"), "--append", "a=1  b", "--append", "c")
    for machine, memory in (("q35", 128), ("pc", 128), ("q35", 4096)):
        options = ("--machine", machine, "--boot-disk-read-only")
        report = Report(boot(space, disk, *options, memory=memory, append="durability=none gw=1,2"))
        equal(report.line, "a=1  b c durability=none gw=1,2", "command line")
        check_memory(report.memory, memory * MIB)
        equal(report.kind_of(0x200000, 0x203000), RAM, "kind of the kernel's memory")
        root = report.value("root")
        check(report.kind_of(root, root + ROOT_POINTER_BYTES) in ACPI_KINDS, f"{root:#x} is no place for ACPI's pointer")
        equal(report.value("version"), 1, "version")
        # Protected mode without paging; PVH leaves everything else at zero.
        equal(report.value("cr0") & 0xE001_0001, 1, "CR0: paging, caches, write protection, protection")
        equal(report.value("cr4"), 0, "CR4")
        equal(report.value("efer") & 0x500, 0, "EFER: long mode")
        equal(report.value("flags") & 0x2_0300, 0, "EFLAGS: virtual 8086, interrupts, single step")
        equal(report.value("zero"), 0, "memory behind the file's bytes")


@test("control: a wrong memory map is found out", has_own_machine=True, has_own_boot=True)
def wrong_memory(_):
    whole = [(1, 0, 8 * MIB), (4, 8 * MIB, 9 * MIB), (1, 9 * MIB, 16 * MIB)]
    check_memory(whole, 16 * MIB)
    for wrong in (
        whole[::-1], [(1, 0, 9 * MIB), *whole[1:]], [*whole, (1, 16 * MIB, 17 * MIB)], whole[:1],
        [*whole[:2], (9, *whole[2][1:])], [*whole[:2], (1, 9 * MIB, 9 * MIB)],
    ):
        try:
            check_memory(wrong, 16 * MIB)
        except guests.Failure:
            continue
        raise guests.Failure(f"{wrong} was not found out")


TO_REFUSE = (
    # What is wrong, definitions of the probe, words of the message.
    ("is for 32 bits", {"CLASS": 1}, "is not a 64-bit ELF file"),
    ("is for Arm", {"MACHINE": 183}, "is an ELF file for another kind of processor"),
    ("is relocatable", {"TYPE": 3}, "is not an executable with addresses of its own"),
    ("has no program headers", {"HEADER_COUNT": 0}, "has program headers that make no sense"),
    ("has its headers behind the end", {"HEADERS": "0xFFFFFFFFFFFFFFC0"}, "is cut off: its program headers"),
    ("has no note of PVH", {"NOTE_TYPE": 17}, "has no PVH note with an entry"),
    ("has an endless note", {"NOTE_NAME_BYTES": "0xFFFFFFFD"}, "has no PVH note with an entry"),
    ("is cut off", {"FILE_BYTES": 0x2000}, "is cut off: a segment is not all there"),
    ("has more file than memory", {"MEMORY_BYTES": 16}, "has a segment that makes no sense, or lies above 4 GiB"),
    ("goes beyond 4 GiB", {"SECOND_ADDRESS": "0xFFFFF800"}, "makes no sense, or lies above 4 GiB"),
    ("wraps around", {"SECOND_ADDRESS": "0xFFFFFFFFFFFFF800"}, "makes no sense, or lies above 4 GiB"),
    ("has two segments in a page", {"SECOND_ADDRESS": "0x202800"}, "out of order or in the same page"),
    ("starts outside", {"ENTRY": "0x300000"}, "has an entry outside of its code"),
    ("starts in data", {"FLAGS": 6}, "has an entry outside of its code"),
    ("needs ACPI's memory", {"ADDRESS": "0x7FF000"},
     "can not be loaded to 0x7FF000-0x801FFF: that memory is ACPI's"),
    ("needs the screen's memory", {"ADDRESS": "0x9F000"},
     "can not be loaded to 0x9F000-0xA1FFF: that memory is not there"),
)


def more_disks(paths):
    """QEMU's arguments for boot disks behind the first one, in this order."""
    arguments = ["--"]
    for index, path in enumerate(paths, 1):
        arguments += ["-blockdev", f"driver=file,node-name=file{index},filename={path},read-only=on"]
        arguments += ["-blockdev", f"driver=raw,node-name=disk{index},file=file{index},read-only=on"]
        arguments += ["-device", f"virtio-blk-pci,disable-legacy=on,drive=disk{index},bootindex={index}"]
    return arguments


def refusals(space, disks):
    """Boots from the disks, each of which must be refused, and then from a good one; gives what was said of each."""
    last = image(space, "good", probe(space, "good"), "--append", "x" * LONGEST_COMMAND_LINE)
    # The firmware keeps a copy of parts of every volume.
    guest = boot(space, disks[0], "--boot-disk-read-only", *more_disks([*disks[1:], last]), memory=512)
    end = 0
    for _ in disks:
        end = guest.wait_for(r"^  to do: .*\n", end).end()
        guest.process.stdin.write(b" ")  # ends the wait for a reader
        guest.process.stdin.flush()
    equal(Report(guest).line, "x" * LONGEST_COMMAND_LINE, "command line of the good disk")
    own = [line for line in guest.text.split("\n") if line.startswith(("sluice: loader:", "  "))]
    wide = [line for line in own if len(line) > COLUMNS]
    check(not wide, f"lines with more than {COLUMNS} columns: {wide}")
    return re.findall(r"^sluice: loader: stopped: [\s\S]*?^  to do: .*$", guest.text, re.MULTILINE)


@test("UEFI: kernels that cannot be loaded are refused", has_own_machine=True, has_own_boot=True)
def refused(space):
    text = space.path("text.elf")
    with open(text, "w", encoding="utf-8") as file:
        file.write("This is no kernel. " * 20)
    short = space.path("short.elf")
    with open(short, "wb") as file, open(KERNEL, "rb") as kernel:
        file.write(kernel.read(60))
    disks = [image(space, "missing", "none"), image(space, "text", text), image(space, "short", short)]
    expected = ["there is no kernel to be read: \\sluice\\sluice.elf: Not Found", "is not an ELF file", "is too short"]
    for index, (_, defines, words) in enumerate(TO_REFUSE):
        disks.append(image(space, f"bad{index}", probe(space, f"bad{index}", **defines)))
        expected.append(words)
    disks.append(image(space, "long", probe(space, "long"), "--append", "x" * (LONGEST_COMMAND_LINE + 1)))
    expected.append("the command line is too long")
    said = refusals(space, disks)
    equal(len(said), len(disks), "messages")
    for message, words in zip(said, expected):
        message = words_of(message)
        check(words in message, f"expected {words!r} in {message!r}")
        check("expected: " in message and "to do: " in message, f"it does not say what to do: {message}")


@test("UEFI: a command line that SMBIOS makes too long is refused", has_own_machine=True, has_own_boot=True)
def long_words(space):
    words = "x" * 1000
    disk = image(space, "probe", probe(space, "probe"), "--append", words)
    guest = boot(space, disk, "--boot-disk-read-only", append="y" * 24)
    guest.wait_for(r"^sluice: loader: stopped: the command line is too long\n")
    # A blank joins them.
    report = Report(boot(space, disk, "--boot-disk-read-only", append="y" * 23))
    equal(report.line, f"{words} {'y' * 23}", "command line")


LOADER_PARTS = ("kernel", "command_line", "vendor_words", "memory")
COMPILE = (
    "cc -I/usr/include/efi -I/usr/include/efi/x86_64 -Iboot/uefi -std=gnu11 -O1 -g -Wall -Wextra -Werror -fshort-wchar "
    "-fno-builtin-printf -DGNU_EFI_USE_MS_ABI -fsanitize=address,undefined -fno-sanitize-recover=all"
)


@test("UEFI: what the loader reads is never believed", has_own_machine=True, has_own_boot=True)
def hostile(space):
    program, kernel, seed = space.path("loader"), probe(space, "probe"), str(space.options.seed)
    sources = [f"boot/uefi/{part}.c" for part in LOADER_PARTS]
    command = [*COMPILE.split(), "tools/end-to-end/loader.c", *sources, "-o", program]
    subprocess.run(command, cwd=guests.ROOT, check=True)

    def run(*more):
        done = subprocess.run(
            [program, kernel, seed, *more], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return done.returncode, done.stdout

    status, said = run()
    equal(status, 0, f"SEED={seed}: it said:\n{said}\nthe status")
    status, said = run("control")
    check(status != 0 and "heap-buffer-overflow" in said, f"a kernel that is shorter than it is said to be:\n{said}")


def takes_an_order(guest, records):
    equal(guest.ready()[0], records, "records of the journal")
    Client(guest, b"CLIENT%d" % (records or 0)).order(b"B", 1, 10_0000)
    guest.kill()


@test("UEFI: orders on q35 and pc, on several cores, with much memory", has_own_machine=True, has_own_boot=True)
def orders(space):
    disk = space.disk()
    boot_disk = image(space, "sluice", KERNEL, "--append", "durability=none cores=orders:0")
    # The later words count, so that a machine can choose without another boot disk.
    takes_an_order(boot(space, boot_disk, disk=disk), None)
    takes_an_order(boot(space, boot_disk, disk=disk, append="durability=journal"), 0)
    guest = boot(
        space, boot_disk, "--smp", "4", disk=disk, memory=4096,
        append="durability=journal cores=io:0,orders:1,2,timers:3,journal:3")
    takes_an_order(guest, 1)
    check("sluice: 4 cores up, found by ACPI" in guest.text, f"it said:\n{guest.text}")
    takes_an_order(boot(space, boot_disk, "--machine", "pc", "--smp", "2", disk=disk, append="durability=journal"), 2)


@test("UEFI: the boot disk has the journal, which a new image keeps", has_own_machine=True, has_own_boot=True)
def own_journal(space):
    disk = image(space, "sluice", KERNEL, journal=8)
    for records in range(2):
        takes_an_order(boot(space, disk), records)
    image(space, "sluice", KERNEL, "--append", "scheduler=fair", journal=8)
    takes_an_order(boot(space, disk), 2)


@test("UEFI: the boot disk as qcow2 has a journal too", has_own_machine=True, has_own_boot=True)
def qcow2_journal(space):
    disk = space.path("disk.qcow2")
    for records in range(2):
        image(space, "sluice", KERNEL, "--qcow2", disk, journal=8)
        takes_an_order(boot(space, disk), records)


def contents(path):
    with open(path, "rb") as file:
        return file.read()


def refuses(words, path, *options):
    try:
        make_boot_disk(path, *options)
    except guests.Failure as failure:
        return check(words in str(failure), f"expected {words!r} in {failure}")
    raise guests.Failure(f"tools/disk-image {options} wrote over {path}")


@test("disk images: the same bytes each time, and no journal is lost", has_own_machine=True, has_own_boot=True)
def images(space):
    first, second = image(space, "first", KERNEL, journal=8), image(space, "second", KERNEL, journal=8)
    check(contents(first) == contents(second), "the same kernel makes different images")
    with open(first, "r+b") as file:
        file.seek(JOURNAL_START + 5 * MIB)
        file.write(b"an order")
    image(space, "first", KERNEL, "--append", "durability=none", journal=8)
    with_words = contents(first)
    check(with_words != contents(second), "the new command line is not in the image")
    image(space, "first", KERNEL, journal=8)
    check(contents(first) == with_words, "the command line was not kept")
    image(space, "first", KERNEL, "--append", "", journal=8)
    kept = bytearray(contents(second))
    kept[JOURNAL_START + 5 * MIB : JOURNAL_START + 5 * MIB + 8] = b"an order"
    check(contents(first) == kept, "the journal was not kept, or the rest is not as new")
    refuses("not blank", first, "--journal", "16")
    check(contents(first) == kept, "an image that was refused was written to")
    image(space, "second", KERNEL, journal=16)  # a blank one may change
    foreign = space.path("foreign.img")
    with open(foreign, "wb") as file:
        file.write(bytes(3 * MIB))
    refuses("no boot disk of this tool", foreign)
    check(not any(contents(foreign)), "a foreign file was written to")


@test("disk images: qcow2 is the same disk, and keeps a journal of its own", has_own_machine=True, has_own_boot=True)
def qcow2(space):
    path, other = space.path("disk.qcow2"), space.path("disk.img")

    def make():
        return image(space, "sluice", KERNEL, "--qcow2", path, journal=8)

    def raw():
        subprocess.run(["qemu-img", "convert", "-O", "raw", path, other], check=True)
        return contents(other)

    disk = make()
    check(raw() == contents(disk), "the images differ")
    with open(other, "r+b") as file:
        file.seek(JOURNAL_START)
        file.write(b"an order")
    subprocess.run(["qemu-img", "convert", "-O", "qcow2", other, path], check=True)
    make()
    equal(raw()[JOURNAL_START:][:8], b"an order", "the qcow2 image's journal")
    check(not any(contents(disk)[JOURNAL_START : JOURNAL_START + 8 * MIB]), "its journal came into the other image")
