"""What disk images hold, read independently of the kernel: the journal's records, and QEMU's log of writes."""

import struct
from collections import namedtuple

SECTOR = 512
FIRST_RECORD_SECTOR = 256
SUPERBLOCK_SECTORS = (0, 64, 128, 192)
RECORD_HEADER_BYTES = 96
RECORD_MAGIC = b"sluiceRC"
SUPERBLOCK_MAGIC = b"sluiceSB"

Record = namedtuple("Record", "sector sector_count sequence entry_count")


def records(image):
    """The records of a journal, as far as they follow each other; only their headers are looked at."""
    found = []
    sector = FIRST_RECORD_SECTOR
    while True:
        header = image[sector * SECTOR :][:RECORD_HEADER_BYTES]
        if len(header) < RECORD_HEADER_BYTES or header[:8] != RECORD_MAGIC:
            return found
        (entry_count,) = struct.unpack_from("<I", header, 12)
        own_sector, _, sequence = struct.unpack_from("<QQQ", header, 24)
        (body_bytes,) = struct.unpack_from("<I", header, 64)
        if own_sector != sector or sequence != len(found) + 1:
            return found
        sector_count = -(-(RECORD_HEADER_BYTES + body_bytes) // SECTOR)
        found.append(Record(sector, sector_count, sequence, entry_count))
        sector += sector_count


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write_at(path, offset, data):
    with open(path, "r+b") as file:
        file.seek(offset)
        file.write(data)


def flip(path, offset):
    """Changes one byte."""
    with open(path, "r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ 0xFF]))


# --- QEMU's blklogwrites (the format of Linux's dm-log-writes) -------------------------------------------------------

LOG_MAGIC = 0x6A736677736872
FLUSH, FUA, DISCARD, MARK = 1, 2, 4, 8

Entry = namedtuple("Entry", "sector sector_count flags data")


def write_log(path):
    """The writes and flushes in the order in which they were done; none when there is no log yet."""
    log = read(path)
    if len(log) < SECTOR:
        return []
    magic, version, count, sector_bytes = struct.unpack_from("<QQQI", log)
    if (magic, version) != (LOG_MAGIC, 1):
        raise ValueError(f"not a log of writes: {magic:#x}, version {version}")
    entries = []
    position = sector_bytes
    for _ in range(count):
        sector, sector_count, flags, _ = struct.unpack_from("<QQQQ", log, position)
        position += sector_bytes
        length = 0 if flags & DISCARD else sector_count * sector_bytes
        data = log[position : position + length]
        entries.append(Entry(sector * sector_bytes // SECTOR, length // SECTOR, flags, data))
        position += length
    return entries


def flushed(entries):
    """The entries that a flush has made durable: up to the last one, and with it."""
    last = max((index for index, entry in enumerate(entries) if entry.flags & FLUSH), default=-1)
    return entries[: last + 1]


def image_of(entries, byte_count):
    """The disk after these writes."""
    image = bytearray(byte_count)
    for entry in entries:
        image[entry.sector * SECTOR : entry.sector * SECTOR + len(entry.data)] = entry.data
    return bytes(image)
