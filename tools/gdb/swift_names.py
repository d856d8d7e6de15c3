"""Swift's names as people write them, in backtraces and for breakpoints."""

import functools
import os
import subprocess

import gdb
from gdb.FrameDecorator import FrameDecorator
from guest_memory import ROOT


@functools.cache
def program(name):
    return subprocess.run(
        [os.path.join(ROOT, "tools", "toolchain"), name], stdout=subprocess.PIPE, text=True, check=True
    ).stdout.strip()


def demangle_all(names, *options):
    """The readable form of many names at once."""
    command = [program("swift-demangle"), "--compact", *options]
    result = subprocess.run(command, input="\n".join(names) + "\n", stdout=subprocess.PIPE, text=True, check=True)
    return result.stdout.splitlines()


@functools.cache
def demangle(name):
    return demangle_all([name], "--simplified")[0] if name.startswith("$") else name


@functools.cache
def functions(image):
    """(readable name, the same with all its types, address) of every function of the image."""
    rows = subprocess.run([program("llvm-nm"), image], stdout=subprocess.PIPE, text=True, check=True).stdout
    found = [line.split() for line in rows.splitlines()]
    found = [row for row in found if len(row) == 3 and row[1] in "tT"]
    names = [row[2] for row in found]
    addresses = [int(row[0], 16) for row in found]
    return list(zip(demangle_all(names, "--simplified"), demangle_all(names), addresses))


class ReadableFrame(FrameDecorator):
    def function(self):
        name = super().function()
        return demangle(name) if isinstance(name, str) else name


class ReadableFrames:
    """A frame filter: makes `bt` print readable names."""

    def __init__(self):
        self.name = "swift-names"
        self.priority = 100
        self.enabled = True
        gdb.frame_filters[self.name] = self

    def filter(self, frames):
        return map(ReadableFrame, frames)


class HardwareBreak(gdb.Command):
    """Stops at every function whose Swift name contains a text: hb OrderEngine.apply

More words, of the types it is for, make it fewer: hb OrderEngine.apply EnterOrder AnswerSink
Hardware breakpoints, since the image is not in memory yet at the first instruction; a processor has four."""

    LIMIT = 4

    def __init__(self):
        super().__init__("hb", gdb.COMMAND_BREAKPOINTS)

    def invoke(self, argument, from_tty):
        words = argument.split()
        if not words:
            raise gdb.GdbError("hb: expected a part of a function's name, such as: hb OrderEngine.apply")
        found = [
            (name, address) for name, full_name, address in functions(gdb.current_progspace().filename)
            if all(word in name or word in full_name for word in words)
        ]
        if not found:
            raise gdb.GdbError(f"hb: no function's name contains '{argument}'; it may be inlined: try hbreak FILE:LINE")
        if len(found) > self.LIMIT:
            names = "\n  ".join(sorted({name for name, _ in found})[:20])
            raise gdb.GdbError(f"hb: {len(found)} functions contain '{argument}', at most {self.LIMIT} fit:\n  {names}")
        for name, address in found:
            gdb.execute(f"hbreak *{address:#x}", to_string=True)
            print(f"will stop at {name}, {address:#x}")


ReadableFrames()
HardwareBreak()
