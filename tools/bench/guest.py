"""Guests of the benchmark: each in a network of its own, with a TAP device, so that several with one address can stand
by at once; and the load generator sent to them."""

import json
import os
import re
import select
import shlex
import subprocess
import sys
import time

from host import BENCH, BUILD, ROOT, fail, make

KERNEL = os.path.join(ROOT, "build", "sluice.elf")
TEST_IMAGE = os.path.join(ROOT, "build", "guest-tests.elf")
PLUGIN = os.path.join(BUILD, "count.so")
LOAD = os.path.join(BUILD, "load")

READY = "sluice: ready "
REFLECTOR_READY = "sluice: reflector ready"
BOOT_SECONDS = 20
STATS_SECONDS = 5
LOAD_SECONDS = 600


def build_tools():
    """The counter and the load generator, when their sources are newer than they are."""
    os.makedirs(BUILD, exist_ok=True)
    plugin = [os.path.join(BENCH, "plugin", "count.c")]
    load = os.path.join(BENCH, "load")
    sources = sorted(os.path.join(load, name) for name in os.listdir(load))
    code = [name for name in sources if name.endswith(".cpp")]
    make(PLUGIN, plugin, ("cc", "clang"), ["-O2", "-shared", "-fPIC", *plugin])
    make(LOAD, sources, ("c++", "clang++"), ["-std=c++20", "-O2", *code])


def enter_own_network():
    """Needs root for TAP devices; a user becomes root in a user namespace, where the machine allows that."""
    if os.geteuid() != 0:
        if not os.access("/dev/net/tun", os.R_OK | os.W_OK):
            fail("TAP devices need root here: /dev/net/tun is not open to you; run it as root")
        os.execvp("unshare", ["unshare", "--map-root-user", "--net", sys.executable, *sys.argv])


class Network:
    """A network namespace with the host's side of a TAP device."""

    SETUP = """
        sysctl -qw net.ipv6.conf.all.disable_ipv6=1
        ip link set lo up
        ip tuntap add tap0 mode tap
        ip address add 10.0.2.2/24 dev tap0
        ip link set tap0 up txqueuelen 10000
    """

    def __init__(self):
        self.holder = subprocess.Popen(["unshare", "--net", "cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 5
        while self.identity(self.holder.pid) == self.identity("self"):
            if self.holder.poll() is not None or time.monotonic() > deadline:
                fail("there is no network namespace to be had (unshare --net failed); run it as root")
            time.sleep(0.002)
        setup = subprocess.run(self.inside(["sh", "-ec", self.SETUP]), capture_output=True, text=True)
        if setup.returncode != 0:
            fail(f"the TAP device could not be set up: {setup.stderr.strip()}")

    @staticmethod
    def identity(process):
        try:
            return os.readlink(f"/proc/{process}/ns/net")
        except OSError:
            return None

    def inside(self, command):
        return ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net", *command]

    def close(self):
        self.holder.stdin.close()
        self.holder.wait()


class Guest:
    """A guest under QEMU, from its start on. Use as a context: it is ended at the end."""

    def __init__(self, *, append="", kernel=KERNEL, disk=None, memory=None, cores=1, plugin=None, ready=READY,
                 machine="q35", boot_disk=None, more=()):
        self.network = Network()
        self.ready = ready
        self.counter = None
        command = [os.path.join(ROOT, "tools", "run-qemu"), "--net", "tap=tap0", "--machine", machine, "--print"]
        command += ["--boot", "uefi", "--boot-disk", boot_disk] if boot_disk else ["--kernel", kernel]
        if append:
            command += ["--append", append]
        if disk:
            command += ["--disk", disk]
        if memory:
            command += ["--memory", str(memory)]
        if cores > 1:
            command += ["--smp", str(cores)]
        if plugin:
            self.counter = os.path.join(BUILD, f"count.{os.getpid()}.{id(self):x}")
            more_of_plugin = "" if plugin is True else f",{plugin}"
            command += ["--plugin", f"{PLUGIN},out={self.counter}{more_of_plugin}"]
        printed = subprocess.run([*command, *more], stdout=subprocess.PIPE, text=True)
        if printed.returncode != 0:
            fail("tools/run-qemu failed")
        # run-qemu's own start is no part of the boot: the command it prints is started.
        self.command = self.network.inside(shlex.split(printed.stdout))
        self.console = ""

    def __enter__(self):
        self.start = time.monotonic()
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        self.network.close()
        if self.counter and os.path.exists(self.counter):
            os.unlink(self.counter)

    def seconds_to_ready(self, limit=BOOT_SECONDS):
        """Seconds from QEMU's start to the ready line; nothing when it does not come."""
        return self.seconds_to(self.ready, limit)

    def seconds_to(self, words, limit=BOOT_SECONDS):
        """Seconds from QEMU's start until the console has said `words`; nothing when it does not."""
        left = self.start + limit - time.monotonic()
        return time.monotonic() - self.start if self.said(re.escape(words), seconds=left) else None

    def said(self, pattern, start=0, *, seconds):
        """Waits until the console says `pattern` behind `start`; nothing when it does not come."""
        pattern = re.compile(pattern, re.MULTILINE)
        deadline = time.monotonic() + seconds
        stream = self.process.stdout.fileno()
        while not (match := pattern.search(self.console, start)):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([stream], [], [], left)[0]:
                return None
            data = os.read(stream, 4096)
            if not data:
                return None
            self.console += data.decode(errors="replace").replace("\r", "")
        return match

    def wait(self):
        """Waits for the ready line, and ends the benchmark when it does not come."""
        self.wait_for(self.ready)
        return self

    def wait_for(self, words):
        """Seconds from QEMU's start until the console has said `words`; ends the benchmark when it does not."""
        seconds = self.seconds_to(words)
        if seconds is None:
            fail(f"the guest did not say {words!r} within {BOOT_SECONDS} s; it said:\n{self.console}")
        return seconds

    def stats(self):
        """The counters that the console's `stats` prints."""
        return self.told("stats", "idle-per-mille")

    def cores(self):
        """The counters that the console's `cores` prints, on several cores."""
        return self.told("cores", "bucket-move-longest-pause-microseconds")

    def told(self, command, last):
        """The counters that a command of the console prints, up to the one named `last`."""
        start = len(self.console)
        self.process.stdin.write(f"{command}\r".encode())
        self.process.stdin.flush()
        if self.said(rf"^{last} \d+\n", start, seconds=STATS_SECONDS) is None:
            fail(f"the guest did not answer {command}; it said:\n{self.console}")
        lines = re.findall(r"^([a-z0-9-]+) (\d+)$", self.console[start:], re.MULTILINE)
        return {name: int(value) for name, value in lines}

    def processor_seconds(self):
        """Seconds of the host's processors that QEMU has taken so far."""
        with open(f"/proc/{self.process.pid}/stat") as file:
            # Behind the name, which may have blanks in it: utime and stime are the fields 14 and 15 of proc(5).
            user, system = file.read().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def load(self, **options):
        """Runs the load generator; its results, one for each window."""
        command = [LOAD, "--json"]
        if self.counter:
            command += ["--counter", self.counter]
        for name, value in options.items():
            command += [f"--{name}", str(value)]
        try:
            result = subprocess.run(
                self.network.inside(command), capture_output=True, text=True, timeout=LOAD_SECONDS)
        except subprocess.TimeoutExpired:
            fail(f"{shlex.join(command)}: no end after {LOAD_SECONDS} s")
        if result.returncode != 0:
            self.drain()
            fail(f"{shlex.join(command)}: {result.stderr.strip()}; the guest said:\n{self.console}")
        return [json.loads(line) for line in result.stdout.splitlines()]

    def drain(self):
        stream = self.process.stdout.fileno()
        while select.select([stream], [], [], 0)[0]:
            data = os.read(stream, 4096)
            if not data:
                return
            self.console += data.decode(errors="replace")
