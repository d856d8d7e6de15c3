"""What the benchmarks of queues and timers share: programs that each measure one operation of one thing at one size,
with the same options whatever language they are written in, and are run in turns."""

import json
import os
import re
import statistics
import subprocess

from host import fail

REPEATS = 21
RUN_SECONDS = 120


class Measured:
    """What some program measures: an operation of a queue or a wheel, with a size of messages or a number of timers."""

    def __init__(self, program, name, operation, size, is_ours, repeats):
        self.program = program
        self.name = name
        self.operation = operation
        self.size = size
        self.is_ours = is_ours
        self.repeats = repeats

    def command(self, count):
        return [self.program, "--name", self.name, "--operation", self.operation, "--size", str(self.size),
                "--count", str(count)]

    def nanoseconds(self, count):
        """Nanoseconds for each operation, in one of the better of some runs."""
        return json.loads(output([*self.command(count), "--repeat", str(self.repeats)]))["seconds"] * 1e9 / count

    def instructions(self, count):
        """Instructions for each operation, to a tenth: some operations do more than others."""
        once, twice = (self.valgrind("cachegrind", r"I\s+refs:\s+([\d,]+)", times * count) for times in (1, 2))
        return round((twice - once) / count, 1)

    def allocations(self, count):
        """Allocations more that a run twice as long makes."""
        once, twice = (self.valgrind("memcheck", r"total heap usage: ([\d,]+) allocs", times * count)
                       for times in (1, 2))
        return twice - once

    def valgrind(self, tool, pattern, count):
        options = {
            "cachegrind": ["--cache-sim=no", "--cachegrind-out-file=/dev/null"],
            "memcheck": ["--undef-value-errors=no", "--leak-check=no"],
        }[tool]
        command = ["valgrind", f"--tool={tool}", *options, *self.command(count)]
        found = re.search(pattern, output(command, with_errors=True))
        if found is None:
            fail(f"valgrind did not say what was asked: {' '.join(command)}")
        return int(found[1].replace(",", ""))


def output(command, with_errors=False):
    try:
        # The hashes are seeded anew in each process else, and what is counted would not be the same twice.
        result = subprocess.run(command, capture_output=True, text=True, timeout=RUN_SECONDS,
                                env=os.environ | {"SWIFT_DETERMINISTIC_HASHING": "1"})
    except subprocess.TimeoutExpired:
        fail(f"{' '.join(command)}: no end after {RUN_SECONDS} s")
    if result.returncode != 0:
        fail(f"{' '.join(command)}: status {result.returncode}; it said:\n{result.stderr}")
    return result.stdout + result.stderr if with_errors else result.stdout


class Times:
    """Nanoseconds for each operation of several things, measured in turns."""

    def __init__(self, measured, rounds, count):
        """`count` says how often an operation is done in one run."""
        self.rounds = [{each: each.nanoseconds(count(each.operation)) for each in measured} for _ in range(rounds)]

    def of(self, one):
        return [times[one] for times in self.rounds]

    def median(self, one):
        return statistics.median(self.of(one))

    def ratio(self, one, other):
        """How many times as fast as the other: the median of the rounds' ratios."""
        return statistics.median(times[other] / times[one] for times in self.rounds)


def all_measured(ours, programs, repeats=REPEATS):
    """What the programs say they measure."""
    found = []
    for program in [ours, *programs]:
        for line in output([program, "--list"]).splitlines():
            entry = json.loads(line)
            found.append(Measured(program, entry["name"], entry["operation"], entry["size"], program == ours, repeats))
    return found


def the_one(measured, name, operation=None):
    """The one of that name. There has to be one: no target is met by not being measured."""
    for one in measured:
        if one.name == name and (operation is None or one.operation == operation):
            return one
    fail(f"no program measures {name}, {operation or 'as asked'}; see --list of each")


def show(report, times, measured, name, unit, against=None):
    """A row for each: its median, how far the rounds are apart, and how ours compares."""
    for one in measured:
        values = times.of(one)
        compared = {}
        if against is not None and not one.is_ours:
            compared = {"peer": f"{against.name}'s speed", "ratio": times.ratio(one, against)}
        report.row(name(one), times.median(one), unit, note=f"{min(values):.1f} to {max(values):.1f}", **compared)


def tell_load(report, when):
    load = os.getloadavg()
    report.title(f"Load average {load[0]:.2f} {load[1]:.2f} {load[2]:.2f} on {os.cpu_count()} processors {when} the run")
    if report.is_json:
        report.row(f"load average {when}", load[0], "processes")
