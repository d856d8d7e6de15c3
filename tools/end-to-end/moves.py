"""Buckets move from a busy order core to others while orders flow, and nobody can tell from the answers."""

import re
import time

from crowd import Crowd, replays, symbols_of
from guest import Failure, check
from suite import test

PATIENCE_SECONDS = 30
ORDER_CORES = 3
SYMBOLS = 6
WORDS = "balance=1"


def cores(guest):
    """What `cores` prints."""
    return guest.command("cores", r"^bucket-move-longest-pause-microseconds \d+\n")


def moves(guest):
    return int(re.search(r"^bucket-moves (\d+)$", cores(guest), re.MULTILINE)[1])


def trade_until_moved(crowd, guest, move_count, seconds=PATIENCE_SECONDS):
    deadline = time.monotonic() + seconds
    while (seen := moves(guest)) < move_count:
        check(time.monotonic() < deadline, f"{seen} of {move_count} moves within {seconds} s; it says:\n{cores(guest)}")
        crowd.trade(10, most_messages=24)
    return seen


def boot(space, words, disk):
    guest = space.boot("--smp", "4", append=words, whole_line=True, disk=disk)
    guest.ready()
    return guest, Crowd(guest, space.options.seed, symbols_of(0, ORDER_CORES, SYMBOLS))


@test("buckets move under load, and the journal replays", has_own_machine=True)
def move_under_load(space):
    disk = space.disk(byte_count=64 << 20)
    guest, crowd = boot(space, WORDS, disk)
    seen = 0
    for core in range(ORDER_CORES):
        # What was dealt out to one core is what all trade in, then what was dealt out to the next.
        crowd.trade_in(symbols_of(core, ORDER_CORES, SYMBOLS))
        seen = trade_until_moved(crowd, guest, seen + 2)
    crowd.trade(10)
    streams = crowd.streams()
    text = cores(guest)
    done = [int(count) for count in re.findall(r"^order-core-\d+-messages-done (\d+)$", text, re.MULTILINE)]
    check(len(done) == ORDER_CORES and min(done) > 0, f"an order core has done nothing:\n{text}")
    moved = int(re.search(r"^bucket-moves-orders (\d+)$", text, re.MULTILINE)[1])
    check(moved > 0, f"no order went with its bucket:\n{text}")
    guest.kill()
    replays(space, disk, streams, ((1, ""), (2, ""), (4, WORDS)))


@test("control: without a balancer nothing moves", has_own_machine=True)
def nothing_moves(space):
    guest, crowd = boot(space, "balance=off", space.disk(byte_count=64 << 20))
    try:
        trade_until_moved(crowd, guest, 1, seconds=3)
    except Failure as failure:
        check(" of 1 moves within" in str(failure), f"it failed otherwise: {failure}")
        return
    raise Failure("a bucket moved")
