"""What the real-time paths take in guest instructions, beside their bounds: the boots of tools/guest-test that count."""

import os
import re
import subprocess

from host import ROOT, fail
from report import SOURCE

# Rows that have to be there, and the most that each may be; whatever else the guest counts is printed without a bound.
BOUNDS = {
    "interrupt sent to urgent task, the worst of 10,000 bursts": 200,
    "ceiling section around a copy of 64 bytes": None,  # the longest of them
    "wake of a task": 25,
    "spawn of a trivial future, its selection, its poll and its end": 60,
    "poll of a trivial future in the place of a spawn": 60,
    "timer's deadline to its task, the worst of 1,000": 1_500,
    "interrupt sent by a poll to the deferred task, the worst of 1,000": 1_500,
    "end of a poll to the most urgent task of a burst, the worst of 10,000": 1_500,
    # It waits for the polls of the more urgent tasks too.
    "end of a poll to the least urgent task of a burst, the worst of 10,000": None,
}

COUNTING = "instructions of "
HANDOVER = "instructions of a hand-over to another core"  # in the section of many cores
ELSEWHERE = ("instructions of the queues", HANDOVER)  # the first is in `make bench-queues`, beside others
# From timer to thread, least and most: cyclictest on a Debian kernel, SCHED_FIFO 90, on the same emulated machine.
LINUX = (3_639, 6_023)


def measure(report):
    missing = dict(BOUNDS)
    for boot in counting_boots():
        report.title(f"Real time: exact {boot}, the same in two boots")
        report.header()
        for name, count in counts(boot):
            report.row(name, count, "instructions", most=missing.pop(name, None))
    if missing:
        fail(f"the guest did not count: {'; '.join(missing)}")
    least, most = LINUX
    report.row("Linux's best real-time thread, timer to thread", least, "instructions",
               note=f"to {most:,}; {SOURCE}")
    report.title("(timers beside a wheel in C, on this machine and not in the guest: make bench-timers)")


def counting_boots():
    boots = guest_test("--list").splitlines()
    return [name for name in boots if name.startswith(COUNTING) and name not in ELSEWHERE]


def counts(boot):
    """What a boot counts: names, and instructions."""
    line = re.compile(rf"^ok +{re.escape(boot)}: (.*): (\d+\.\d\d) instructions$", re.MULTILINE)
    return [(name, float(count)) for name, count in line.findall(guest_test("--only", boot))]


def guest_test(*arguments):
    result = subprocess.run([os.path.join(ROOT, "tools", "guest-test"), *arguments], stdout=subprocess.PIPE, text=True)
    if result.returncode != 0:
        fail(f"tools/guest-test {' '.join(arguments)} failed:\n{result.stdout}")
    return result.stdout
