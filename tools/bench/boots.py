"""How long each kind of boot takes, from QEMU's start to the ready line."""

import os
import statistics
import subprocess

from guest import Guest
from host import ROOT, fail

# kind, machine, whether the firmware boots from the boot disk, the most seconds it may take
KINDS = [
    ("PVH on q35", "q35", False, 0.2),
    ("PVH on microvm", "microvm", False, 0.1),
    ("PVH on pc", "pc", False, None),
    ("UEFI on q35", "q35", True, 5),
]
JOURNALS = [("empty journal", ""), ("durability=none", "durability=none")]

# The loader's first line. What goes before is the firmware's.
LOADER = "sluice: loader: "
LONGEST_OWN_SECONDS = 0.3


def measure(report, directory, blank_disk, quick):
    report.title("Boot: QEMU's start to the ready line, median")
    report.header()
    rounds = 3 if quick else 7
    for kind, machine, is_uefi, most in KINDS:
        for journal, words in JOURNALS:
            boots = [boot(machine, is_uefi, words, directory, blank_disk) for _ in range(rounds)]
            row(report, f"boot, {kind}, {journal}", [ready for _, ready in boots], most)
            if is_uefi:
                own = [ready - loader for loader, ready in boots]
                row(report, f"boot, {kind}, {journal}: from the loader's first line on", own, LONGEST_OWN_SECONDS)


def row(report, name, seconds, most):
    report.row(name, statistics.median(seconds), "s", most=most,
               note=f"{min(seconds):.3f} to {max(seconds):.3f} in {len(seconds)} boots")


def boot(machine, is_uefi, words, directory, blank_disk):
    """Seconds to the loader's first line, where there is one, and to the ready line."""
    if is_uefi:
        # Its journal is in the boot disk's own partition.
        disks = {"boot_disk": boot_disk(directory)}
    else:
        disks = {} if words else {"disk": blank_disk()}
    with Guest(machine=machine, append=words, **disks) as guest:
        loader = guest.wait_for(LOADER) if is_uefi else None
        return loader, guest.wait_for(guest.ready)


def boot_disk(directory):
    """A boot disk with the kernel as it is now, and an empty journal."""
    disk = os.path.join(directory, "boot.img")
    if os.path.exists(disk):
        os.remove(disk)
    made = subprocess.run(
        [os.path.join(ROOT, "tools", "disk-image"), "--output", disk], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True)
    if made.returncode != 0:
        fail(f"no boot disk could be made: {made.stdout}")
    return disk
