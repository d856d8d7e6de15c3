"""What a guest that has nothing to do takes: how often it wakes, and the host's time."""

import time

MOST_WAKE_UPS = 1  # a second
MOST_PROCESSOR_PERCENT = 1
# Each byte of a line typed on the console wakes the guest, unless it is awake for the one before.
TYPED_WAKE_UPS = len("stats\r")


class ProcessorWatch:
    """A guest's QEMU and the processor time it takes, from one moment on."""

    def __init__(self, guest):
        self.guest = guest
        self.processor_before = guest.processor_seconds()
        self.start = time.monotonic()

    def row_of_processor(self, report, name, **bound):
        seconds = self.guest.processor_seconds() - self.processor_before
        percent = 100 * seconds / (time.monotonic() - self.start)
        report.row(f"{name}: host processor time", percent, "%", note=f"{seconds:.2f} s of QEMU's", **bound)


class Watch(ProcessorWatch):
    """A guest's counters besides."""

    def __init__(self, guest):
        self.before = guest.stats()
        super().__init__(guest)

    def row_of_wake_ups(self, report, name):
        seconds = time.monotonic() - self.start
        growth = {key: count - self.before[key] for key, count in self.guest.stats().items()}
        interrupts = {key.removeprefix("interrupts-"): count for key, count in growth.items()
                      if key.startswith("interrupts-") and count}
        # Bytes that come together wake it once, so that the sleeps alone may say too little.
        wake_ups = max(growth["sleeps"] - TYPED_WAKE_UPS,
                       sum(count for name, count in interrupts.items() if name != "serial"))
        listed = ", ".join(f"{count} {name}" for name, count in interrupts.items())
        report.row(f"{name}: wake-ups", wake_ups / seconds, "1/s", most=MOST_WAKE_UPS,
                   note=f"{growth['sleeps']} sleeps, up to {TYPED_WAKE_UPS} of them for typing stats; "
                        f"interrupts: {listed}")


def measure(report, guests, stopped, seconds):
    """Watches ready guests, by name, and one that is stopped, all at once: none of them should be in another's way."""
    report.title(f"Idle, no timer armed, all at once for {seconds} s")
    report.header()
    watches = {name: Watch(guest.wait()) for name, guest in guests.items()}
    alone = ProcessorWatch(stopped)
    time.sleep(seconds)
    # All processor times first: answering stats takes some.
    for name, watch in watches.items():
        watch.row_of_processor(report, name, most=MOST_PROCESSOR_PERCENT)
    alone.row_of_processor(report, "QEMU with its guest stopped")
    for name, watch in watches.items():
        watch.row_of_wake_ups(report, name)
