"""OUCH 5.0 messages and MoldUDP64 packets, written from the protocols' tables and not from the kernel's code.

So a mistake in the kernel's codec cannot hide in the tests. Integers are big-endian, text is padded with spaces, prices
have four implied decimals.
"""

import struct
from collections import namedtuple

ENTER = struct.Struct(">cIcI8sQccccc14sH")
REPLACE = struct.Struct(">cIIIQccc14sH")
CANCEL = struct.Struct(">cII")
QUERY = b"Q"

ACCEPTED = struct.Struct(">cQIcI8sQccQcccc14sH")
REPLACED = struct.Struct(">cQIIcI8sQccQcccc14sH")
CANCELED = struct.Struct(">cQIIc")
EXECUTED = struct.Struct(">cQIIQcQH")
REJECTED = struct.Struct(">cQIH14s")
QUERY_RESPONSE = struct.Struct(">cQI")

# What the tables say, in bytes; a format string is easily one byte wrong.
assert [form.size for form in (ENTER, REPLACE, CANCEL)] == [47, 40, 9]
assert [form.size for form in (ACCEPTED, REPLACED, CANCELED, EXECUTED, REJECTED, QUERY_RESPONSE)] == [
    64, 68, 18, 36, 29, 13,
]

Enter = namedtuple(
    "Enter", "reference side quantity symbol price tif display capacity sweep cross name appendage",
    defaults=(b"0", b"Y", b"A", b"N", b"N", b"", b""),
)
Replace = namedtuple(
    "Replace", "original reference quantity price tif display sweep name appendage",
    defaults=(b"0", b"Y", b"N", b"", b""),
)
Cancel = namedtuple("Cancel", "reference quantity", defaults=(0,))
Query = namedtuple("Query", "")


def padded(text, length):
    assert len(text) <= length
    return text.ljust(length, b" ")


def encode(message):
    """The bytes of an inbound message."""
    if isinstance(message, bytes):
        return message
    if isinstance(message, Enter):
        return ENTER.pack(
            b"O", message.reference, message.side, message.quantity, padded(message.symbol, 8), message.price,
            message.tif, message.display, message.capacity, message.sweep, message.cross, padded(message.name, 14),
            len(message.appendage),
        ) + message.appendage
    if isinstance(message, Replace):
        return REPLACE.pack(
            b"U", message.original, message.reference, message.quantity, message.price, message.tif, message.display,
            message.sweep, padded(message.name, 14), len(message.appendage),
        ) + message.appendage
    if isinstance(message, Cancel):
        return CANCEL.pack(b"X", message.reference, message.quantity)
    return QUERY


# --- MoldUDP64 -------------------------------------------------------------------------------------------------------

MOLD = struct.Struct(">10sQH")
LONGEST_DATAGRAM = 1472


def packet(session, messages, sequence=0, count=None):
    """A packet of messages; `count` only to lie about it."""
    blocks = b"".join(struct.pack(">H", len(message)) + message for message in messages)
    return MOLD.pack(padded(session, 10), sequence, len(messages) if count is None else count) + blocks


def request(session, sequence, count=0):
    """Asks to send again from `sequence` on."""
    return MOLD.pack(padded(session, 10), sequence, count)


def unpack(datagram):
    """A packet's session, sequence and messages. Raises ValueError unless it is exactly right."""
    if not MOLD.size <= len(datagram) <= LONGEST_DATAGRAM:
        raise ValueError(f"a datagram of {len(datagram)} bytes")
    session, sequence, count = MOLD.unpack_from(datagram)
    messages = []
    position = MOLD.size
    for _ in range(count):
        if position + 2 > len(datagram):
            raise ValueError("fewer messages than the header says")
        (length,) = struct.unpack_from(">H", datagram, position)
        position += 2
        if position + length > len(datagram):
            raise ValueError("a message longer than its datagram")
        messages.append(datagram[position : position + length])
        position += length
    if position != len(datagram):
        raise ValueError("bytes behind the last message")
    return session, sequence, messages


def timestamp(message):
    """The nanoseconds since midnight in any outbound message."""
    return struct.unpack_from(">Q", message, 1)[0]


def without_timestamp(message):
    return message[:1] + bytes(8) + message[9:]
