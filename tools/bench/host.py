"""What the benchmarks need of this machine: where things are, and a compiler for the host tools they are made with."""

import os
import shutil
import subprocess
import sys

BENCH = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(BENCH))
BUILD = os.path.join(ROOT, "build", "bench")


def fail(message):
    sys.exit(f"{os.path.relpath(os.path.abspath(sys.argv[0]), ROOT)}: {message}")


def make(target, sources, compilers, arguments):
    """Builds a host tool with the machine's own compiler, or else with that of the Swift toolchain."""
    if os.path.exists(target) and all(os.path.getmtime(target) >= os.path.getmtime(name) for name in sources):
        return
    own, toolchain = compilers
    compiler = shutil.which(own)
    if compiler is None:
        found = subprocess.run([f"{ROOT}/tools/toolchain", toolchain], stdout=subprocess.PIPE, text=True)
        compiler = found.stdout.strip()
    if not compiler:
        fail("there is no C and C++ compiler; on Debian: apt-get install g++")
    result = subprocess.run([compiler, "-Wall", "-Wextra", *arguments, "-o", target])
    if result.returncode != 0:
        fail(f"{os.path.relpath(target, ROOT)} could not be built")
