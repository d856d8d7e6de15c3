"""Machines with every size of memory: each says how much of it is used, and takes an order."""

import re
from functools import partial

from client import Client
from guest import check, stops
from suite import test

SIZES_MIB = (8, 16, 32, 64, 128, 512, 1024, 2048, 3072, 3584, 4096)
# Each kind of machine leaves room for devices below 4 GiB, and has the rest of a large memory above, where it is not used.
# From which size on, and how much is below then; no more than 3 GiB are mapped in any case.
MACHINES = {"q35": (2816, 2048), "pc": (3584, 3072), "microvm": (3584, 3072)}
TOO_LITTLE_MIB = 4
# The image ends that far above the memory's beginning at most, and the firmware's tables lie at the memory's end.
IMAGE_MIB = 2, 4


def used_mib(machine, size):
    """The largest piece of memory that can be used, before the image is taken off."""
    split, below = MACHINES[machine]
    return min(below if size >= split else size, 3072)


def takes_an_order(guest):
    guest.ready()
    client = Client(guest)
    client.order(b"B", 1, 10_0000)
    guest.kill()


def fits(machine, size, text):
    """Checks what the boot log says of a machine's memory."""
    said = re.search(r"sluice: (\d+) KiB of memory", text)
    check(said, f"{machine} with {size} MiB does not say how much memory there is:\n{text}")
    most, least = (used_mib(machine, size) - image << 10 for image in IMAGE_MIB)
    check(least <= int(said[1]) <= most, f"{machine} with {size} MiB says {said[1]} KiB, not {least} to {most}")


def every_size(space, machine):
    for size in SIZES_MIB:
        guest = space.boot(
            "--machine", machine, "--smp", "1", memory=size, append="durability=none", whole_line=True)
        takes_an_order(guest)
        fits(machine, size, guest.text)
    # The control: the memory of another machine does not fit.
    try:
        fits(machine, 1024, guest.text)
    except Exception:
        pass
    else:
        check(False, "1024 MiB are seen where there are 4096")
    guest = space.boot(
        "--machine", machine, "--smp", "1", memory=TOO_LITTLE_MIB, append="durability=none", whole_line=True)
    stops(guest, "too little memory", "8 MiB or more")


for name in MACHINES:
    test(f"memory from 8 MiB to 4 GiB: {name}", has_own_machine=True, has_own_boot=True)(partial(every_size, machine=name))


@test("a node whose memory is not used", has_own_machine=True, has_own_boot=True)
def node_above(space):
    """Of 4 GiB in two nodes the second node's lie above the devices; its core does with the first one's memory."""
    guest = space.boot(
        "--machine", "q35", "--smp", "2", "--nodes", "2", memory=4096, append="durability=none", whole_line=True)
    guest.wait_for(r"2 nodes: node 0 cores 0 memory 204\d MiB; node 1 cores 1 memory 0 MiB")
    guest.wait_for(r"2 cores up")
    takes_an_order(guest)
