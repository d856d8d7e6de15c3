"""A long random flow of all messages from several clients, against the model; and the journal's memory of it."""

import random

from guest import equal
from orders import Session
from ouch import Cancel, Enter, Query, Replace
from suite import test

SYMBOLS = (b"A", b"BB", b"CCCCCCCC")
NAMES = (b"ONE", b"TWO", b"THREE", b"FOUR")


def random_message(rng, venue, client):
    last = venue.last.get(client, 0)
    live = [reference for owner, reference in venue.orders if owner == client]
    kind = rng.random()
    price = rng.choice((9_9800, 9_9900, 10_0000, 10_0100, 10_0200))
    known = rng.choice(live) if live and rng.random() < 0.95 else rng.randrange(0, last + 3)
    if kind < 0.5 or not last:
        return Enter(
            last + rng.choice((1, 1, 1, 2, 10, 0)), rng.choice((b"B", b"S", b"T", b"E")), rng.randrange(1, 60),
            rng.choice(SYMBOLS), price, tif=rng.choice(12 * (b"0",) + (b"3", b"3", b"5")),
            capacity=rng.choice((b"A", b"P")), name=b"%d" % rng.randrange(10**9),
        )
    if kind < 0.7:
        return Replace(
            known, last + rng.choice((1, 1, 1, 3, 0)), rng.choice((rng.randrange(1, 80), rng.randrange(1, 80), 0)),
            price, tif=rng.choice((b"0", b"0", b"0", b"3")), name=b"r%d" % rng.randrange(10**6),
        )
    return Cancel(known, rng.choice((0, 0, rng.randrange(0, 60)))) if kind < 0.97 else Query()


def random_flow(session, seed, packet_count):
    rng = random.Random(seed)
    for _ in range(packet_count):
        client = rng.choice(NAMES)
        messages = []
        # The model runs ahead inside `say`; here it only lends its state, so a packet's messages may collide.
        for _ in range(rng.choice((1, 1, 1, 2, 5))):
            messages.append(random_message(rng, session.venue, client))
        session.say(client, *messages)


@test("random flow agrees with the model")
def without_journal(space):
    guest = space.boot(append="durability=none")
    guest.ready()
    session = Session(guest, *NAMES)
    random_flow(session, space.options.seed, 4000)
    compare(session, guest)


def compare(session, guest):
    session.silent()
    stats = guest.stats()
    for name, count in session.venue.counts.items():
        equal(stats[name], count, f"{name} (in stats)")
    equal(stats["live-orders"], len(session.venue.orders), "live orders")
    equal(stats["frames-lent"], 0, "frames lent")


@test("random flow, killed and restarted, is replayed byte for byte")
def with_journal(space):
    disk = space.disk()
    guest = space.boot(disk=disk)
    equal(guest.ready(), (0, 0), "records and orders of a blank disk")
    session = Session(guest, *NAMES)
    for part in range(3):
        random_flow(session, space.options.seed + part, 500)
        compare_counts = len(session.venue.orders)
        records = guest.stats()["journal-records"]
        guest.kill()
        guest = space.boot(disk=disk)
        equal(guest.ready(), (records, compare_counts), "records and live orders after the restart")
        for client in session.clients.values():
            client.attach(guest)
            equal(client.ask_for_all(), client.stream, f"the stream of {client.name.decode()} after the restart")
    random_flow(session, space.options.seed + 9, 300)
    compare(session, guest)
