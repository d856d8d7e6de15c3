"""One core beside several: what an order takes on each core, what hands it over, and how fast it all is.

The host has few processors, and QEMU a thread for each of the guest's cores and one for its devices: beyond as many
cores as the host has processors, times say what QEMU's threads do to each other and no more. Instructions do not depend
on that."""

import json
import os
import statistics
import subprocess

from host import ROOT
from realtime import HANDOVER, counts

AIMED_HANDOVER = 300  # instructions an order, at window 64 and without a journal
# Instructions an order of a core that has no part in it: more, and the counter mixes cores up.
MOST_UNUSED = 1
# name, cores, placement (the default where it is empty), cores that take part without a journal
SETUPS = [
    ("1 core", 1, "", 1),
    ("2 cores, 1 for orders", 2, "", 2),
    ("2 cores, 1 for the journal", 2, "cores=io:0,orders:0,journal:1", 1),
    ("4 cores, 3 for orders", 4, "", 4),
]
REFERENCE = SETUPS[0][0]
JOURNAL_TIMEOUT_MILLISECONDS = 3000


def guests(node, journal, **options):
    """A guest of each setup, by its name; not started."""
    return {name: node(journal=journal, cores=cores, placement=placement, **options)
            for name, cores, placement, _ in SETUPS}


def instructions(report, node, quick):
    """Guest instructions per order on each core."""
    handovers = {}
    for journal in (False, True):
        what = "journal" if journal else "no journal"
        report.title(f"Many cores: guest instructions per order on each core, {what}, rest-cancel, 64 symbols")
        report.header()
        alone = {}
        for name, cores, placement, busy in SETUPS:
            with node(journal=journal, cores=cores, placement=placement, plugin=True) as guest:
                guest.wait()
                for window in (64, 1):
                    result = measured(guest, window, journal, quick)
                    row(report, f"{name}, {what}, window {window}", result)
                    total = result["instructions_per_order"]
                    if name == REFERENCE:
                        alone[window] = total
                    elif busy > 1:
                        handovers[name, what, window] = total - alone[window]
                    if not journal and busy < cores:
                        control(report, f"{name}, window {window}", result["instructions_per_order_of_cores"][busy:])
    report.title("Many cores: what the hand-over adds to an order, all cores together, to what one core takes")
    report.header()
    for (name, what, window), count in handovers.items():
        is_aimed_at = window == 64 and what == "no journal"
        report.row(f"{name}, {what}, window {window}", count, "instructions/order",
                   aim=AIMED_HANDOVER if is_aimed_at else None)


def measured(guest, window, journal, quick):
    orders = 40_000 if window > 1 else 2_500 if journal else 10_000
    if quick:
        orders //= 8
    [result] = guest.load(window=window, orders=orders, warmup=2000 if window > 1 else 500,
                          timeout=JOURNAL_TIMEOUT_MILLISECONDS)
    return result


def row(report, label, result):
    each = " + ".join(f"{count:,.0f}" for count in result["instructions_per_order_of_cores"])
    lost = "".join(f"; {words} {result[key]}" for key, words in
                   (("lost", "LOST"), ("asked_again", "asked again"), ("rejected", "REJECTED")) if result[key])
    report.row(label, result["instructions_per_order"], "instructions/order",
               note=f"cores: {each}; {result['orders_per_datagram']:.1f} answers/datagram{lost}")


def control(report, label, unused):
    """What is counted for a core that does nothing must be nothing."""
    report.row(f"control: the core without a part, {label}", max(unused), "instructions/order", most=MOST_UNUSED)


def times(report, node, quick):
    """Orders per second and latencies in turns, beside the reference."""
    rounds = 3 if quick else 7
    for journal in (False, True):
        what = "journal" if journal else "no journal"
        orders = 20_000 if journal else 60_000
        if quick:
            orders //= 4
        report.title(f"Many cores: closed loop, window 64, {what}, in turns, medians of {rounds} rounds, on "
                     f"{os.cpu_count()} processors for all cores, QEMU's device thread and the load")
        report.header()
        in_turns(report, guests(node, journal), what, rounds, orders)


def in_turns(report, ready, what, rounds, orders):
    results = {name: [] for name in ready}
    try:
        for guest in ready.values():
            guest.__enter__().wait()
        for _ in range(rounds):
            for name, guest in ready.items():
                results[name] += guest.load(window=64, orders=orders, warmup=orders // 10,
                                            timeout=JOURNAL_TIMEOUT_MILLISECONDS)
    finally:
        for guest in ready.values():
            guest.__exit__()
    for name, runs in results.items():
        rates = [run["orders_per_second"] for run in runs]
        ratio = statistics.median(
            rate / run["orders_per_second"] for rate, run in zip(rates, results[REFERENCE]))
        report.row(f"{name}, {what}", statistics.median(rates), "orders/s", peer="the reference", ratio=ratio,
                   note=f"{min(rates):,.0f} to {max(rates):,.0f}")
        p50, p99, p999 = (statistics.median(run[key] for run in runs) for key in ("p50_us", "p99_us", "p999_us"))
        if report.is_json:
            for label, value in (("p50", p50), ("p99", p99), ("p99.9", p999)):
                report.row(f"{name}, {what}: {label}", value, "us")
        else:
            report.row(f"{name}, {what}: p50", p50, "us", note=f"p99 {p99:,.0f} us, p99.9 {p999:,.0f} us")


def links(report):
    """What a message from core to core takes by itself: exact, of the boot in tools/guest-test that counts it."""
    report.title("Many cores: a message from core to core by itself")
    report.header()
    for name, count in counts(HANDOVER):
        report.row(name, count, "instructions")
    for size in (8, 64):
        round_trip(report, size)


QUEUES = os.path.join(ROOT, ".build", "release", "queue-bench")
ROUND_TRIPS = 2_000
ROUND_TRIP_RUNS = 20


def round_trip(report, size):
    """There and back between two spinning threads of the host: no emulation, and nobody has to be woken."""
    command = [QUEUES, "--name", "VecLink", "--operation", "pingpong", "--size", str(size), "--count",
               str(ROUND_TRIPS)]
    runs = sorted(json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)["seconds"]
                  for _ in range(ROUND_TRIP_RUNS))
    # Many runs are disturbed; one of the better ones is not.
    report.row(f"two threads of the host, {size} bytes over a VecLink and back",
               runs[ROUND_TRIP_RUNS // 4] * 1e9 / ROUND_TRIPS, "ns",
               note=f"the median {runs[ROUND_TRIP_RUNS // 2] * 1e9 / ROUND_TRIPS:,.0f}")


# Few symbols, so that their buckets can not be spread evenly by chance, and a balancer that looks often.
MOVE_SYMBOLS = 5
MOVE_OPTIONS = "balance=1"


def moves(report, node, quick):
    """Time to move a bucket from one order core to another, while orders flow."""
    report.title(f"Many cores: moving a bucket under load, 4 cores, {MOVE_SYMBOLS} symbols, {MOVE_OPTIONS}")
    report.header()
    with node(cores=4, placement=MOVE_OPTIONS) as guest:
        guest.wait()
        guest.load(window=64, orders=20_000 if quick else 200_000, symbols=MOVE_SYMBOLS)
        told = guest.cores()
    count = told["bucket-moves"]
    report.row("moves", count, "moves", least=1, note=f"{told['bucket-moves-orders']:,} orders went along")
    report.row("from the decision to the end of a move, the longest", told["bucket-move-longest-microseconds"], "us")
    report.row("pause of the bucket's orders, the longest", told["bucket-move-longest-pause-microseconds"], "us")
