"""What must fail does: a wrong answer, a gap, a wrong model are found out."""

import datetime
import random
import socket
import threading
import time
import types

import flow
import ouch
from client import Client, agree
from console import wake_rarely
from guest import Failure, check
from orders import Session
from suite import test
from venue import Venue


def must_fail(what, body):
    try:
        body()
    except Failure:
        return
    raise Failure(f"{what} was not found out")


def now():
    time = datetime.datetime.now(datetime.timezone.utc)
    midnight = time.replace(hour=0, minute=0, second=0, microsecond=0)
    return int((time - midnight).total_seconds() * 1e9)


def stamped(message, nanoseconds):
    return message[:1] + nanoseconds.to_bytes(8, "big") + message[9:]


class FalseVenue:
    """A socket that answers each datagram with the packets it was given."""

    def __init__(self, *packets):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = self.socket.getsockname()
        self.packets = packets
        threading.Thread(target=self.answer, daemon=True).start()

    def answer(self):
        _, client = self.socket.recvfrom(2000)
        for packet in self.packets:
            self.socket.sendto(packet, client)

    def stats(self):
        return {}


@test("control: wrong packets are found out", has_own_machine=True)
def wrong_packets(_):
    query = stamped(ouch.QUERY_RESPONSE.pack(b"Q", 0, 1), now())
    old = stamped(query, (now() - 3600 * 10**9) % (86_400 * 10**9))
    good = ouch.packet(b"CLIENT", [query], sequence=1)

    def read(*packets):
        client = Client(FalseVenue(*packets))
        client.send(ouch.Query())
        client.read(1, seconds=0.5)

    read(good)
    for what, packets in {
        "silence": (), "a gap": (ouch.packet(b"CLIENT", [query], sequence=2),),
        "a repetition": (ouch.packet(b"CLIENT", [query], sequence=0),),
        "another session": (ouch.packet(b"OTHER", [query], sequence=1),),
        "a packet without messages": (ouch.packet(b"CLIENT", [], sequence=1),),
        "a message too many": (ouch.packet(b"CLIENT", [query, query], sequence=1),),
        "a cut packet": (good[:-1],), "a long packet": (good + b"x",), "a bare header's half": (good[:12],),
        "a time stamp of an hour ago": (ouch.packet(b"CLIENT", [old], sequence=1),),
    }.items():
        must_fail(what, lambda packets=packets: read(*packets))


@test("control: a wrong stream is found out", has_own_machine=True)
def wrong_stream(_):
    venue = Venue()
    for reference in (1, 2):
        venue.apply(b"CLIENT", ouch.Enter(reference, b"B", 10, b"ABC", 10_0000))
    good = [stamped(message, 10**9 + index) for index, message in enumerate(venue.streams[b"CLIENT"])]

    def judge(stream):
        agree(types.SimpleNamespace(name=b"CLIENT", stream=stream), venue)

    judge(good)
    for position in (0, *range(9, len(good[1]))):
        wrong = bytearray(good[1])
        wrong[position] ^= 1
        must_fail(f"a change of byte {position}", lambda wrong=wrong: judge([good[0], bytes(wrong)]))
    must_fail("a missing message", lambda: judge(good[:1]))
    must_fail("a message too many", lambda: judge([*good, good[1]]))
    must_fail("messages out of order", lambda: judge(good[::-1]))
    must_fail("a time that runs backwards", lambda: judge([good[0], stamped(good[1], 10**9 - 1)]))


class WithoutTimePriority(Venue):
    def best(self, order):
        if (found := super().best(order)) is None:
            return None
        book = self.books[order.symbol, order.side != b"B"]
        return [other for other in book if other.price == found.price][-1]


class AtIncomingPrice(Venue):
    def emit(self, client, message):
        if message[:1] == b"E":
            fields = list(ouch.EXECUTED.unpack(message))
            fields[4] += 100
            message = ouch.EXECUTED.pack(*fields)
        super().emit(client, message)


class ReplaceGainsPriority(Venue):
    def replace(self, client, replace):
        super().replace(client, replace)
        if order := self.orders.get((client, replace.reference)):
            book = self.books[order.symbol, order.side == b"B"]
            book.remove(order)
            book.insert(0, order)


@test("control: wrong models are found out by the flow")
def wrong_models(space):
    for model in (WithoutTimePriority, AtIncomingPrice, ReplaceGainsPriority):
        guest = space.boot(append="durability=none")
        guest.ready()
        session = Session(guest, *flow.NAMES)
        session.venue = model()
        for client in session.clients.values():
            client.patience = 0.5
        must_fail(model.__name__, lambda session=session: flow.random_flow(session, space.options.seed, 2000))
        guest.kill()


@test("control: a guest that is woken more often is found out")
def woken(space):
    guest = space.boot(append="durability=none")
    guest.ready()
    client = Client(guest)

    def wake():
        for _ in range(20):
            client.send(client.enter(b"B", 10, 10_0000))
            time.sleep(0.05)

    must_fail("waking 20 times in a second", lambda: wake_rarely([guest], wake))


@test("control: one seed gives one flow", has_own_machine=True)
def one_seed(_):
    def draw(seed):
        rng, venue = random.Random(seed), Venue()
        return [flow.random_message(rng, venue, b"ONE") for _ in range(50)]

    check(draw(1) == draw(1), "the same seed gave two flows")
    check(draw(1) != draw(2), "two seeds gave one flow")
