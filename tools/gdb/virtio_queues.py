"""The virtqueues as QEMU's device side sees them: the driver's own state lies on a stack that gdb can not lay out."""

import re

import gdb

# Queues of each kind of device (Virtio 1.2, 5.1.2 and 5.2.2).
QUEUE_NAMES = {"virtio-net": ["receive", "transmit"], "virtio-blk": ["requests"]}


def monitor(command):
    return gdb.execute(f"monitor {command}", to_string=True)


def devices():
    """(path, kind) of every virtio device."""
    return re.findall(r"^(\S+) \[([\w-]+)\]", monitor("info virtio"), re.MULTILINE)


def number(text, field):
    found = re.search(rf"^\s*{field}:\s+(0x[0-9a-fA-F]+|\d+)", text, re.MULTILINE)
    return int(found[1], 0) if found else None


class Queue:
    """One virtqueue: its size, its rings, how far driver and device are."""

    def __init__(self, path, kind, index, name):
        text = monitor(f"info virtio-queue-status {path} {index}")
        self.name = f"{kind.removeprefix('virtio-')} {name}"
        self.size = number(text, "num")
        self.descriptors = number(text, "desc")
        self.available_address = number(text, "avail")
        self.used_address = number(text, "used")
        self.is_set_up = bool(self.descriptors)
        if self.is_set_up:
            self.available = self.index_at(self.available_address)
            self.used = self.index_at(self.used_address)

    @staticmethod
    def index_at(ring):
        """The index field of a split ring: 16 bits behind 16 bits of flags (Virtio 1.2, 2.7.6 and 2.7.8)."""
        memory = gdb.selected_inferior().read_memory(ring + 2, 2)
        return int.from_bytes(bytes(memory), "little")

    @property
    def in_device(self):
        return (self.available - self.used) & 0xFFFF


def queues():
    found = []
    for path, kind in devices():
        for index, name in enumerate(QUEUE_NAMES.get(kind, [])):
            found.append(Queue(path, kind, index, name))
    return [queue for queue in found if queue.is_set_up]
