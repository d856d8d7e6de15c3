"""Messages in, answers out: each kind, each reason, each edge of the packets around them."""

import struct

import ouch
from client import Client, agree
from guest import check, equal
from ouch import Cancel, Enter, Query, Replace
from suite import test
from venue import Venue


class Session:
    """Clients and the model they are compared with."""

    def __init__(self, guest, *names):
        self.guest = guest
        self.venue = Venue()
        self.clients = {name: Client(guest, name) for name in names or (b"CLIENT",)}

    def say(self, name, *messages):
        """Sends messages in one packet and checks every answer, of every client."""
        before = {client: len(self.venue.streams.get(client, [])) for client in self.clients}
        for message in messages:
            self.venue.apply(name, message)
        self.clients[name].send(*messages)
        for client in self.clients.values():
            start = before[client.name]
            client.read(len(self.venue.streams.get(client.name, [])) - start)
            agree(client, self.venue, start)

    def silent(self):
        for client in self.clients.values():
            client.silent()


def boot(space, **more):
    guest = space.boot(append="durability=none", **more)
    guest.ready()
    return guest


@test("every message has its answer")
def every_message(space):
    session = Session(boot(space))
    name = b"CLIENT"
    session.say(name, Enter(1, b"B", 100, b"ABC", 10_0000, name=b"first"))
    session.say(name, Replace(1, 2, 80, 10_5000, name=b"second"))
    session.say(name, Cancel(2, 50))
    session.say(name, Query())
    session.say(name, Cancel(2))
    session.say(name, Query())
    for side in (b"S", b"T", b"E"):
        session.say(name, Enter(session.venue.last[name] + 1, side, 1, b"ABC", 20_0000, capacity=b"P"))
    session.say(name, Enter(10, b"B", 999_999, b"ABCDEFGH", 199_999_9900, capacity=b"R", name=b"x" * 14))
    session.say(name, Enter(11, b"B", 1, b"A", 1, tif=b"3", capacity=b"O"))  # finds nothing: accepted as dead
    session.silent()


@test("executions reach both clients")
def executions(space):
    session = Session(boot(space), b"BUYER", b"SELLER", b"THIRD")
    session.say(b"SELLER", Enter(1, b"S", 30, b"ABC", 10_0000), Enter(2, b"S", 30, b"ABC", 10_0000))
    session.say(b"THIRD", Enter(7, b"T", 50, b"ABC", 9_9000))
    session.say(b"BUYER", Enter(1, b"B", 100, b"ABC", 10_0000))  # 50 at 9.90, then 30 and 20 at 10.00
    session.say(b"SELLER", Cancel(2))
    session.say(b"BUYER", Enter(2, b"B", 10, b"ABC", 5_0000))
    session.say(b"SELLER", Enter(3, b"S", 25, b"ABC", 5_0000, tif=b"3"))  # 10 trade, 15 are canceled
    session.say(b"BUYER", Enter(3, b"B", 40, b"ABC", 6_0000))
    session.say(b"SELLER", Enter(4, b"S", 10, b"ABC", 6_0000))
    session.say(b"BUYER", Replace(3, 4, 20, 6_0000))  # a total of 20, of which 10 were traded
    session.say(b"SELLER", Enter(5, b"S", 10, b"ABC", 6_0000))
    session.say(b"BUYER", Enter(5, b"B", 40, b"ABC", 6_0000))
    session.say(b"SELLER", Enter(6, b"S", 30, b"ABC", 6_0000))
    session.say(b"BUYER", Replace(5, 6, 20, 6_0000))  # less than was traded: dead
    session.say(b"BUYER", Enter(7, b"B", 5, b"ABC", 1_0000), Enter(8, b"S", 5, b"ABC", 1_0000))  # with itself
    session.silent()
    for client in session.clients.values():
        equal(client.ask_for_all(), client.stream, "the stream sent again")


# Its answers are more than an order core's link holds, and less than a client's stream keeps.
LARGE_TRADE = 1_500


@test("one order trades with a thousand and more, with a journal and without")
def large_trade(space):
    for options in ({"append": "durability=none"}, {"disk": space.disk()}):
        guest = space.boot(**options)
        guest.ready()
        session = Session(guest, b"BUYER", b"SELLER")
        for first in range(1, LARGE_TRADE + 1, 20):
            numbers = range(first, min(first + 20, LARGE_TRADE + 1))
            session.say(b"SELLER", *(Enter(number, b"S", 1, b"ABC", 10_0000) for number in numbers))
        session.say(b"BUYER", Enter(1, b"B", LARGE_TRADE, b"ABC", 10_0000))
        session.say(b"SELLER", Enter(LARGE_TRADE + 1, b"S", 1, b"ABC", 10_0000))
        session.silent()
        guest.kill()


@test("what cannot be taken is rejected with its reason")
def rejections(space):
    session = Session(boot(space))
    good = Enter(0, b"B", 100, b"ABC", 10_0000, name=b"named")
    wrong = [
        {"side": b"X"}, {"side": b"\0"}, {"quantity": 0}, {"quantity": 1_000_000}, {"quantity": 2**32 - 1},
        {"price": 0}, {"price": 199_999_9901}, {"price": 2**64 - 1}, {"price": 0x7FFFFFFF},
        {"tif": b"5"}, {"tif": b"6"}, {"tif": b"E"}, {"tif": b"\xff"}, {"display": b"N"}, {"display": b"A"},
        {"capacity": b"X"}, {"sweep": b"Y"}, {"cross": b"O"}, {"symbol": b" ABC"}, {"symbol": b""},
        {"symbol": b"A C"}, {"symbol": b"A\0"}, {"symbol": bytes(8)}, {"symbol": b"\xc3\xa4"},
        {"side": b"X", "quantity": 0, "symbol": b""},
    ]
    for reference, fields in enumerate(wrong, 1):
        session.say(b"CLIENT", good._replace(reference=reference, **fields))
        equal(session.clients[b"CLIENT"].stream[-1][:1], b"J", f"the answer to {fields}")
    session.say(b"CLIENT", good._replace(reference=len(wrong)))  # a rejected number is used up
    session.say(b"CLIENT", good._replace(reference=len(wrong) + 1))
    # A replacement with terms that cannot be cancels the order, and its number can still be used.
    impossible = [
        {"quantity": 0}, {"quantity": 1_000_000}, {"price": 0}, {"tif": b"5"}, {"display": b"N"}, {"sweep": b"Y"},
    ]
    for fields in impossible:
        last = session.venue.last[b"CLIENT"]
        session.say(b"CLIENT", Replace(last, last + 1, 10, 10_0000)._replace(**fields))
        equal(session.clients[b"CLIENT"].stream[-1][:1], b"C", f"the answer to {fields}")
        session.say(b"CLIENT", good._replace(reference=last + 1))
    session.silent()


@test("old references are ignored, gaps are not")
def references(space):
    guest = boot(space)
    session = Session(guest)
    session.say(b"CLIENT", Query())  # the first client of all, whose number 0 would be a key of zeros
    session.say(b"CLIENT", Cancel(0), Replace(0, 3, 10, 10_0000))
    order = Enter(5, b"B", 100, b"ABC", 10_0000)
    session.say(b"CLIENT", order)
    for stale in (order, order._replace(reference=4), order._replace(reference=0), order._replace(quantity=7)):
        session.say(b"CLIENT", stale)
    session.say(b"CLIENT", Replace(5, 5, 10, 10_0000), Replace(5, 3, 10, 10_0000))
    session.say(b"CLIENT", Replace(99, 6, 10, 10_0000))  # of no live order: the number is not used up
    session.say(b"CLIENT", order._replace(reference=6))
    session.say(b"CLIENT", order._replace(reference=1_000_000))
    session.say(b"CLIENT", Cancel(0), Cancel(77), Cancel(5, 100), Cancel(5, 5000))
    session.say(b"CLIENT", order._replace(reference=2**32 - 1))
    session.say(b"CLIENT", Cancel(2**32 - 1))
    session.say(b"CLIENT", Cancel(2**32 - 1))
    session.silent()
    stats = guest.stats()
    equal(stats["ignored-stale-reference"], 6, "stale references")
    equal(stats["ignored-unknown-order"], 6, "unknown orders")
    equal(stats["ignored-superfluous-cancel"], 2, "superfluous cancels")
    equal(stats["live-orders"], 3, "live orders")


@test("a packet carries many messages and appendages")
def packets(space):
    session = Session(boot(space))
    session.say(b"CLIENT", *[Enter(n, b"B", n, b"ABC", 10_0000) for n in range(1, 30)])  # 1,441 bytes
    # 130 answers of 18 bytes fit no single datagram, 29 do.
    session.say(b"CLIENT", *[Cancel(n) for n in range(1, 30)])
    session.say(b"CLIENT", *[Query() for _ in range(480)])
    tag, tags = b"\x02\x01Z", b"\x03\x0b\x12\x34" + b"\x01\x02"
    session.say(b"CLIENT", Enter(30, b"B", 5, b"ABC", 10_0000, appendage=tag))
    session.say(b"CLIENT", Replace(30, 31, 6, 10_0000, appendage=tags))
    client = session.clients[b"CLIENT"]
    client.send(ouch.encode(Cancel(31)) + struct.pack(">H", len(tag)) + tag, b"Q\0\0")
    session.venue.apply(b"CLIENT", Cancel(31))
    session.venue.apply(b"CLIENT", Query())
    client.read(2)
    agree(client, session.venue)


@test("retransmission requests and their edges")
def retransmissions(space):
    guest = boot(space)
    client = Client(guest)
    stranger = Client(guest, b"STRANGER")
    equal(stranger.ask(1), (1, []), "the answer to a stranger")
    equal(stranger.ask(0), (1, []), "the answer to a stranger's 0")
    for _ in range(4):
        client.send(*[client.enter(b"B", 1, 10_0000) for _ in range(25)])
        client.read(25)
    everything = client.stream
    sequence, messages = client.ask(1)
    # As many blocks of 66 bytes as fit behind the header of 20.
    equal((sequence, messages), (1, everything[: (1472 - 20) // 66]), "from 1 on")
    equal(client.ask(50), (50, everything[49:71]), "from the middle on")
    equal(client.ask(50, count=1), (50, everything[49:71]), "with a count of 1")
    equal(client.ask(50, count=0xFFFF), (50, everything[49:71]), "with the largest count")
    equal(client.ask(100), (100, everything[99:]), "the last one")
    equal(client.ask(101), (101, []), "behind the last one")
    equal(client.ask(5000), (101, []), "far behind the last one")
    equal(client.ask(2**64 - 1), (101, []), "at the largest number")
    equal(client.ask(0), (1, []), "from 0 on")
    equal(client.ask_for_all(), everything, "everything, piece by piece")
    # Nothing was sent live meanwhile, and the live stream goes on where it was.
    client.order(b"B", 1, 10_0000)
    # Whoever asks under a name gets the answer at its own address; the live stream follows.
    other = Client(guest)
    equal(other.ask(101), (101, client.stream[100:]), "asked from another address")
    equal(guest.stats()["retransmission-requests"], 18, "requests counted")


@test("malformed packets and messages are counted by reason")
def malformed(space):
    guest = boot(space)
    client = Client(guest)
    client.order(b"B", 1, 10_0000)
    good = ouch.encode(Enter(50, b"B", 1, b"ABC", 10_0000))
    wire = client.socket.send
    before = guest.stats()
    wire(b"x")
    wire(b"")
    wire(ouch.packet(client.name, [good])[:19])
    wire(ouch.packet(b"", [good]))  # a blank session
    wire(ouch.packet(b"A\x1fB", [good]))
    wire(ouch.packet(b"A\x7fB", [good]))
    wire(ouch.packet(client.name, [good])[:-1])
    wire(ouch.packet(client.name, [good], count=2))
    wire(ouch.packet(client.name, [good], count=0xFFFF))
    wire(ouch.packet(client.name, [good], count=0))
    wire(ouch.packet(client.name, [good]) + b"z")
    client.send(b"")
    client.send(b"Z" + good[1:])
    client.send(good[:-1])
    client.send(good[:-2])
    client.send(good + b"\0")
    client.send(good[:-2] + b"\0\x03\x03AB")  # a tag longer than the appendage
    client.send(good[:-2] + b"\0\x02\0\0")  # a tag of no length
    client.send(good[:-2] + b"\0\x09\x02AB")  # an appendage longer than the message
    client.send(b"X\0\0\0\1\0\0\0")
    client.send(b"X\0\0\0\1\0\0\0\0\0")
    client.send(b"Q\0")
    client.silent()
    seen = guest.stats()
    expected = {
        "malformed-mold-truncated": 3, "malformed-mold-bad-session": 3, "malformed-mold-message-overrun": 3,
        "malformed-mold-trailing-bytes": 2, "malformed-message-empty": 1, "malformed-message-unknown-type": 1,
        "malformed-message-truncated": 6, "malformed-message-oversized": 1, "malformed-message-bad-appendage": 2,
    }
    equal({name: seen[name] - before[name] for name in expected}, expected, "counted by reason")
    equal(seen["frames-lent"], 0, "frames lent")
    equal(seen["live-orders"], 1, "live orders")
    # A bad message does not keep the others of its packet from being taken.
    reference = client.next_reference()
    client.send(b"nonsense", Enter(reference, b"B", 1, b"ABC", 10_0000), b"")
    equal(client.read(1)[0][:1], b"A", "the answer to the good one")


@test("64 names are remembered, one more is not")
def names(space):
    guest = boot(space)
    clients = [Client(guest, b"~%-8d!" % number) for number in range(64)]
    for client in clients:
        client.order(b"B", 1, 10_0000)
    late = Client(guest, b"LATE")
    late.send(late.enter(b"B", 1, 10_0000))
    late.send(Query())
    late.silent()
    equal(late.ask(1), (1, []), "what the late one is told")
    stats = guest.stats()
    equal(stats["dropped-unknown-client"], 2, "messages of unknown clients")
    equal(stats["clients"], 64, "clients")
    for client in clients:
        client.order(b"S", 2, 20_0000)
        client.socket.close()


@test("a name that only asks gives way to one that trades")
def provisional_names(space):
    guest = boot(space)
    for number in range(70):
        client = Client(guest, b"ASK%d" % number)
        client.send(Query())
        client.read(1)
        client.socket.close()
    trader = Client(guest, b"TRADER")
    trader.order(b"B", 1, 10_0000)
    equal(guest.stats()["clients"], 64, "clients")


@test("executions follow a client to its latest address")
def latest_address(space):
    guest = boot(space)
    seller, buyer = Client(guest, b"SELLER"), Client(guest, b"BUYER")
    seller.order(b"S", 10, 10_0000)
    seller.order(b"S", 10, 10_0000)
    old = seller.socket
    seller.socket = None
    seller.attach(guest)
    equal(seller.ask(1)[0], 1, "the first number sent again")
    buyer.send(buyer.enter(b"B", 10, 10_0000))
    buyer.read(2)
    check(seller.read(1)[0][:1] == b"E", "no execution at the new address")
    old.settimeout(0.2)
    try:
        check(False, f"the old address got {old.recv(2000)}")
    except TimeoutError:
        old.close()
