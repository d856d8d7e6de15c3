"""A guest under QEMU: booted through tools/run-qemu, its console read and written, ended or killed."""

import atexit
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time

FOLDER = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(FOLDER))
KERNEL = os.path.join(ROOT, "build", "sluice.elf")
LOADER = os.path.join(ROOT, "build", "uefi", "BOOTX64.EFI")

PATIENCE_SECONDS = 20
# Firmware takes some seconds before the guest has its first word.
FIRMWARE_SECONDS = 40
READY = r"sluice: ready udp 10\.0\.2\.15:26400 journal (\d+|none) orders (\d+)"
STOPPED = 35  # the exit device's status for a boot that ended in a message


class Failure(Exception):
    """What a test found wrong."""


def check(condition, message):
    if not condition:
        raise Failure(message)


def equal(seen, expected, what):
    check(seen == expected, f"{what}: {seen!r}, expected {expected!r}")


_ports_given = set()
_ports_lock = threading.Lock()


def free_port():
    """A port that no other test of this run is given."""
    with _ports_lock:
        while True:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            if port not in _ports_given:
                _ports_given.add(port)
                return port


_boot_disks = {}
_boot_disks_lock = threading.Lock()


def boot_disk(kernel=KERNEL):
    """A boot disk with that kernel, without a journal, made once a run; no guest may write it."""
    with _boot_disks_lock:
        if not _boot_disks:
            folder = tempfile.mkdtemp(prefix="sluice-boot-disks-")
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
            _boot_disks[None] = folder
        if kernel not in _boot_disks:
            path = os.path.join(_boot_disks[None], f"{len(_boot_disks)}.img")
            make_boot_disk(path, "--kernel", kernel, "--journal", "0")
            _boot_disks[kernel] = path
        return _boot_disks[kernel]


def make_boot_disk(path, *options):
    """Makes a boot disk; options are those of tools/disk-image."""
    made = subprocess.run(
        [f"{ROOT}/tools/disk-image", "--output", path, *options],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )
    check(made.returncode == 0, f"tools/disk-image ended with {made.returncode}:\n{made.stdout}")
    return path


class Guest:
    """One boot. Options are those of tools/run-qemu.

    `address` is where its clients find it, when that is not a port of this host. With `boot="uefi"` the kernel comes
    from a boot disk: one that is read only unless the options name another.
    """

    def __init__(self, log, *options, disk=None, append="", kernel=KERNEL, memory=None, address=None, boot="pvh"):
        command = [f"{ROOT}/tools/run-qemu", "--exit-device"]
        self.patience = PATIENCE_SECONDS
        if boot == "uefi":
            command += ["--boot", "uefi"]
            self.patience += FIRMWARE_SECONDS
            if "--boot-disk" not in options:
                command += ["--boot-disk", boot_disk(kernel), "--boot-disk-read-only"]
        else:
            command += ["--kernel", kernel]
        if address is None:
            address = "127.0.0.1", free_port()
            command += ["--port", str(address[1])]
        self.address = address
        if disk is not None:
            command += ["--disk", disk]
        if append:
            command += ["--append", append]
        if memory is not None:
            command += ["--memory", str(memory)]
        self.log = log
        self.log.write(f"--- {' '.join([*command, *options])}\n".encode())
        self.text = ""
        self.condition = threading.Condition()
        self.process = subprocess.Popen(
            [*command, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        self.started = time.monotonic()

    def read(self):
        """Takes what the console says, line by line: half a line would match, and mean something else."""
        for line in self.process.stdout:
            self.log.write(line)
            self.log.flush()
            with self.condition:
                self.text += line.decode(errors="replace").replace("\r", "")
                self.condition.notify_all()

    # --- Console ---

    def wait_for(self, pattern, start=0, seconds=None):
        """Waits until the console says `pattern` behind `start`; gives the match."""
        seconds = seconds or self.patience
        pattern = re.compile(pattern, re.MULTILINE)
        deadline = time.monotonic() + seconds
        with self.condition:
            while True:
                if match := pattern.search(self.text, start):
                    return match
                left = deadline - time.monotonic()
                check(left > 0, f"the console did not say {pattern.pattern!r} within {seconds} s")
                ended = self.process.poll() is not None and not self.reader.is_alive()
                check(not ended, f"the guest ended before its console said {pattern.pattern!r}; it said:\n{self.text}")
                self.condition.wait(min(left, 0.1))

    def ready(self):
        """Waits for the ready line; gives the records of the journal (or None) and the live orders."""
        records, orders = self.wait_for(READY).groups()
        return None if records == "none" else int(records), int(orders)

    def command(self, line, end):
        """Types a line and waits for the line `end`; gives what was said up to there."""
        start = len(self.text)
        self.process.stdin.write(line.encode() + b"\r")
        self.process.stdin.flush()
        match = self.wait_for(end, start)
        return match.string[start : match.end()]

    def stats(self):
        """The counters that `stats` prints; those it leaves out are 0."""
        text = self.command("stats", r"^idle-per-mille \d+\n")
        counters = Counters()
        for name, value in re.findall(r"^([a-z][a-z0-9-]*) (\d+)$", text, re.MULTILINE):
            counters[name] = int(value)
        return counters

    # --- Its end ---

    def end(self):
        """Waits for the guest to end by itself; gives the status and all that was said."""
        try:
            status = self.process.wait(self.patience)
        except subprocess.TimeoutExpired:
            raise Failure(f"the guest did not end; it said:\n{self.text}") from None
        self.reader.join()
        return status, self.text

    def kill(self):
        """SIGKILL: nothing in QEMU gets a chance to tidy up."""
        self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stdin.close()


class Counters(dict):
    def __missing__(self, name):
        return 0


def stops(guest, *words):
    """Checks that a boot ended with a message that holds all the words, and with its status."""
    status, text = guest.end()
    check("sluice: ready" not in text, f"the guest became ready:\n{text}")
    line = re.search(r"^sluice: stopped: .*$", text, re.MULTILINE)
    check(line, f"the guest did not say why it stopped:\n{text}")
    for word in words:
        check(word in line[0], f"the message does not say {word!r}: {line[0]}")
    equal(status, STOPPED, "exit status")
    return line[0]
