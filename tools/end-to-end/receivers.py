"""Several cores receive: a tap device with a queue for each, in a network of its own.

Nothing of the host is touched. Run as a program it is inside of that network. With one queue for two cores, on QEMU's
user network, the guest says so and works.
"""

import os
import re
import shutil
import subprocess
import sys

import guest as guests
from crowd import Crowd, replays
from guest import Failure, check, equal
from suite import test

TAP = "sluice1"
HOST_ADDRESS = "10.0.2.2"
GUEST_ADDRESS = ("10.0.2.15", 26400)
QUEUES = 2
INSIDE_SECONDS = 120
# Cores, and words on the command line.
RECEIVERS = (4, "cores=io:0,1,orders:2,3,journal:1")
NAMES = [b"CLIENT%d" % number for number in range(12)]
SYMBOLS = [b"SYM%d" % number for number in range(40)]
NAMESPACE = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]
FEWER = "the network device has 1 receive queue(s) for 2 cores of role io: the rest of them receive nothing"


def missing():
    """Why there can be no tap device with several queues, if so."""
    if not os.access("/dev/net/tun", os.R_OK | os.W_OK):
        return "/dev/net/tun"
    for command in ("unshare", "ip"):
        if shutil.which(command) is None:
            return f"the command {command}"
    attempt = subprocess.run(
        [*NAMESPACE, "ip", "tuntap", "add", "dev", TAP, "mode", "tap", "multi_queue"], capture_output=True, text=True)
    return f"the right to make a tap device ({attempt.stderr.strip()})" if attempt.returncode else None


@test("two cores receive from a tap device with two queues", has_own_machine=True)
def two_queues(space):
    if what := missing():
        print(f"MISSING {what}: no flow over two receive queues was tested", flush=True)
        return
    command = [*NAMESPACE, sys.executable, os.path.abspath(__file__), space.path("console.log"), space.disk()]
    done = subprocess.run(
        [*command, str(space.options.seed)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=INSIDE_SECONDS)
    check(done.returncode == 0, done.stdout)
    cores, words = RECEIVERS
    replays(space, space.path("disk.img"), {}, ((1, ""), RECEIVERS))


@test("a second core without a receive queue is said to receive nothing", has_own_machine=True)
def one_queue(space):
    cores, words = RECEIVERS
    disk = space.disk()
    guest = space.boot("--smp", str(cores), append=words, whole_line=True, disk=disk)
    guest.ready()
    check(FEWER in guest.text, f"it did not say that a core receives nothing:\n{guest.text}")
    crowd = Crowd(guest, space.options.seed, SYMBOLS)
    crowd.trade(20)
    streams = crowd.streams()
    equal(guest.stats()["frames-received-by-other-cores"], 0, "frames of the second core")
    guest.kill()
    replays(space, disk, streams, ((1, ""), RECEIVERS))


# --- Inside the network ----------------------------------------------------------------------------------------------


def make_tap():
    for command in (
        f"ip tuntap add dev {TAP} mode tap multi_queue",
        f"ip address add {HOST_ADDRESS}/24 dev {TAP}",
        f"ip link set dev {TAP} txqueuelen 10000 up",
    ):
        subprocess.run(command.split(), check=True)


def flow(log, disk, seed):
    make_tap()
    cores, words = RECEIVERS
    guest = guests.Guest(
        log, "--smp", str(cores), "--net", f"tap={TAP},queues={QUEUES}", append=words, disk=disk,
        address=GUEST_ADDRESS)
    try:
        guest.ready()
        check(FEWER not in guest.text, "a core has no receive queue")
        crowd = Crowd(guest, seed, SYMBOLS, NAMES)
        crowd.trade(40)
        streams = crowd.streams()
        stats = guest.stats()
        received = stats["frames-received-by-other-cores"]
        check(0 < received < stats["frames-received"], f"{received} of {stats['frames-received']} on the second queue")
        guest.kill()
        guest = guests.Guest(
            log, "--smp", str(cores), "--net", f"tap={TAP},queues={QUEUES}", append=words, disk=disk,
            address=GUEST_ADDRESS)
        guest.ready()
        for trader in crowd.traders:
            trader.attach(guest)
            name = trader.name
            equal(trader.ask_for_all(), streams[name], f"the answers to {name.decode()} after the restart")
    finally:
        if guest.process.poll() is None:
            guest.kill()


def main():
    log, disk, seed = sys.argv[1:]
    try:
        with open(log, "ab") as file:
            flow(file, disk, int(seed))
    except Failure as failure:
        sys.exit(str(failure))


if __name__ == "__main__":
    main()
