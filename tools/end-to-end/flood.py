"""Bad input in bulk: random and mutated datagrams, after which everything balances and orders are answered."""

import random
import struct

import ouch
from client import Client
from guest import check, equal
from ouch import Cancel, Enter, Query, Replace
from suite import test

DATAGRAMS = 20_000
DATAGRAMS_LONG = 200_000
# Sent before the guest is asked for a sign of life: as many as its receive queue and the socket before it hold.
BATCH = 100


def seeds():
    """Good packets to mutate."""
    enters = [Enter(n, b"B", 10, b"ABC", 10_0000) for n in (1, 2, 3)]
    tagged = Enter(9, b"S", 1, b"X", 5, appendage=b"\x02\x01Z")
    messages = [*enters, Replace(1, 4, 5, 10_0000), Cancel(2), Query(), tagged]
    packets = [ouch.packet(b"MUTANT", [ouch.encode(message)]) for message in messages]
    packets.append(ouch.packet(b"MUTANT", [ouch.encode(message) for message in messages]))
    packets.append(ouch.request(b"MUTANT", 1))
    return packets


def mutated(rng, packet):
    """One of the ways in which a packet goes wrong."""
    data = bytearray(packet)
    for _ in range(rng.choice((1, 1, 2, 8))):
        if not data:
            break
        way = rng.randrange(7)
        place = rng.randrange(len(data))
        if way == 0:
            data[place] ^= 1 << rng.randrange(8)
        elif way == 1:
            data[place] = rng.choice((0, 1, 0x20, 0x7F, 0x80, 0xFF))
        elif way == 2:
            del data[place:]
        elif way == 3:
            del data[place : place + rng.randrange(1, 9)]
        elif way == 4:
            data[place:place] = rng.randbytes(rng.randrange(1, 9))
        elif way == 5 and len(data) >= 20:
            struct.pack_into(">H", data, 18, rng.choice((0, 1, 2, 3, 255, 0xFFFF)))
        elif way == 6 and len(data) >= 22:
            struct.pack_into(">H", data, 20, rng.choice((0, 1, 47, 46, 1452, 0xFFFF)))
    return bytes(data[: ouch.LONGEST_DATAGRAM])


def random_datagram(rng, packets):
    way = rng.random()
    if way < 0.2:
        return rng.randbytes(rng.randrange(rng.choice((80, 80, 80, ouch.LONGEST_DATAGRAM + 1))))
    if way < 0.3:  # a readable header with anything behind it
        return ouch.MOLD.pack(b"MUTANT    ", rng.randrange(2**64), rng.randrange(4)) + rng.randbytes(rng.randrange(90))
    if way < 0.5:  # a readable packet with messages of any content
        kinds = ((b"O", 47), (b"U", 40), (b"X", 9), (b"Q", 1), (b"M", 10))
        messages = []
        for _ in range(rng.randrange(1, 5)):
            kind, length = rng.choice(kinds)
            end = b"\0\0" if length > 10 else b""  # no appendage
            messages.append(kind + rng.randbytes(length - 1 - len(end)) + end)
        return ouch.packet(rng.choice((b"MUTANT", b"M%d" % rng.randrange(200))), messages)
    return mutated(rng, rng.choice(packets))


def flood(space, guest, known):
    """Sends the datagrams, asking for an answer between batches so that they are really taken."""
    rng = random.Random(space.options.seed)
    packets = seeds()
    mutant = Client(guest, b"MUTANT")
    count = DATAGRAMS_LONG if space.options.long else DATAGRAMS
    for _ in range(count // BATCH):
        for _ in range(BATCH):
            mutant.socket.send(random_datagram(rng, packets))
        equal(known.ask(len(known.stream) + 1), (len(known.stream) + 1, []), "the sign of life")
    return count


def settle(guest, known, count):
    """After the flood: all was taken, every pool balances, and the client is answered."""
    stats = guest.stats()
    check(stats["datagrams"] >= count, f"only {stats['datagrams']} of {count} datagrams were taken")
    equal(stats["frames-lent"], 0, "frames lent")
    equal(stats["network-resets"], 0, "resets of the network device")
    equal(stats["answers-lost"] if stats["clients"] < 64 else 0, 0, "answers lost")
    reasons = [name for name in stats if name.startswith("malformed-")]
    check(len(reasons) >= 8, f"only these reasons came up: {reasons}")
    reference, _ = known.order(b"S", 3, 190_000_0000, symbol=b"KNOWN")
    known.send(Cancel(reference))
    equal(known.read(1)[0][:1], b"C", "the answer to the cancel")


@test("a flood of bad datagrams leaves nothing behind")
def bad_datagrams(space):
    guest = space.boot(append="durability=none")
    guest.ready()
    known = Client(guest, b"KNOWN")
    known.order(b"S", 3, 190_000_0000, symbol=b"KNOWN")
    settle(guest, known, flood(space, guest, known))


@test("a flood of bad datagrams is journaled and replayed")
def bad_datagrams_with_journal(space):
    disk = space.disk(byte_count=256 << 20)
    guest = space.boot(disk=disk)
    guest.ready()
    known = Client(guest, b"KNOWN")
    known.order(b"S", 3, 190_000_0000, symbol=b"KNOWN")
    settle(guest, known, flood(space, guest, known))
    stats = guest.stats()
    equal(stats["journal-durable-entries"], stats["journal-entries"], "durable entries")
    guest.kill()
    guest = space.boot(disk=disk)
    equal(guest.ready(), (stats["journal-records"], stats["live-orders"]), "records and live orders after the restart")
    known.attach(guest)
    equal(known.ask_for_all(), known.stream, "the stream after the restart")
