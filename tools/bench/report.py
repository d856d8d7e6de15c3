"""The benchmark's table, or JSON lines: one row for each thing measured."""

import json
import os

# Reported on such a machine for other guests: UDP requests of 32 bytes over TAP, one virtual processor under QEMU's
# TCG. They are not measured here: no ratio is taken to them.
REPORTED = [
    # guest, instructions per request at window 64, requests/s at window 64, ms from QEMU's start to the first reply
    ("Solo5, bare frame echo", 1_361, 162_000, 193),
    ("Unikraft with lwIP", 8_300, 58_000, 242),
    ("Nanos", 9_000, 15_000, 294),
    ("Debian kernel, C server", 13_100, 21_000, 2_360),
    ("Debian kernel, C server, durable 4 KiB write", 64_000, 1_000, None),
    ("polling reflector of 8 KiB", None, 120_000, 37),
]
SOURCE = "reported on such a machine, not measured in this run"


def digits(value):
    if isinstance(value, str):
        return value
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:,.3f}" if abs(value) < 1 else f"{value:,.1f}"


class Report:
    """Prints each row when it is known, so that an interrupted run still says what it found."""

    def __init__(self):
        self.is_json = os.environ.get("JSON") == "1"
        self.missed = 0

    def title(self, text):
        if not self.is_json:
            print(f"\n{text}", flush=True)

    def header(self):
        if not self.is_json:
            print(f"  {'':70} {'value':>12} {'unit':20} {'target':>14} met")

    def row(self, name, value, unit, *, most=None, least=None, aim=None, peer=None, ratio=None, note=None):
        """A target is a value not to be exceeded (`most`) or to be reached (`least`); `aim` is a wish beyond it."""
        met = None
        if most is not None:
            met = value <= most
        elif least is not None:
            met = value >= least
        if met is False:
            self.missed += 1
        limit = most if most is not None else least
        if self.is_json:
            entry = {"name": name, "value": round(value, 6), "unit": unit}
            more = {"peer": peer, "ratio": ratio and round(ratio, 4), "target": limit, "met": met, "aim": aim,
                    "note": note}
            print(json.dumps(entry | {key: item for key, item in more.items() if item is not None}), flush=True)
            return
        sign = "<=" if most is not None else ">="
        target = f"{sign} {digits(limit)}" if limit is not None else ""
        answer = "" if met is None else ("yes" if met else "NO")
        if aim is not None:
            note = f"aim {digits(aim)}" + (f"; {note}" if note else "")
        if peer is not None:
            note = f"{digits(ratio)} of {peer}" + (f"; {note}" if note else "")
        line = f"  {name:70} {digits(value):>12} {unit:20} {target:>14} {answer:3} {note or ''}"
        print(line.rstrip(), flush=True)

    def reported(self):
        """The figures of other guests, as context."""
        self.title(f"Other guests ({SOURCE}: 32-byte UDP requests over TAP, window 64)")
        for guest, instructions, rate, boot in REPORTED:
            figures = [(instructions, "instructions/request"), (rate, "requests/s"), (boot, "ms to first reply")]
            known = [(value, unit) for value, unit in figures if value is not None]
            if self.is_json:
                for value, unit in known:
                    print(json.dumps({"name": f"other: {guest}", "value": value, "unit": unit, "source": SOURCE}))
            else:
                print(f"  {guest:45} " + ", ".join(f"{digits(value)} {unit}" for value, unit in known))
