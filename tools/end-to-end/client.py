"""A client of the venue: its name, its socket, and its outbound stream as far as it has been read."""

import datetime
import socket
import time

import ouch
from guest import Failure, check, equal

# A flush on a busy host takes seconds now and then, and an answer waits for it.
ANSWER_SECONDS = 20
DAY = 86_400 * 10**9
# How far a time stamp may lie from now: as long as its answer may take, and a second for the clock chip.
CLOCK_TOLERANCE = (ANSWER_SECONDS + 1) * 10**9


class Client:
    def __init__(self, guest, name=b"CLIENT"):
        self.name = name
        self.stream = []  # every message read, the first one being number 1
        self.reference = 0
        self.patience = ANSWER_SECONDS
        self.socket = None
        self.attach(guest)

    def attach(self, guest):
        """Talks to another boot, or from another socket."""
        self.guest = guest
        if self.socket:
            self.socket.close()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.connect(guest.address)

    def next_reference(self):
        self.reference += 1
        return self.reference

    def send(self, *messages):
        """Sends messages in one packet."""
        self.socket.send(ouch.packet(self.name, [ouch.encode(message) for message in messages]))

    def receive(self, seconds=None):
        """The next datagram of this client's session: its sequence and messages; nothing when none comes."""
        self.socket.settimeout(self.patience if seconds is None else seconds)
        try:
            datagram = self.socket.recv(65536)
        except TimeoutError:
            return None
        try:
            session, sequence, messages = ouch.unpack(datagram)
        except ValueError as error:
            raise Failure(f"not a packet ({error}): {datagram.hex()}") from None
        equal(session, ouch.padded(self.name, 10), "the packet's session")
        return sequence, messages

    def read(self, count, seconds=None):
        """Reads live packets until the stream is `count` messages longer; gives those. There must be no gap."""
        wanted = len(self.stream) + count
        first = len(self.stream)
        while len(self.stream) < wanted:
            self.read_some(seconds)
        equal(len(self.stream), wanted, "messages read")
        return self.stream[first:]

    def read_some(self, seconds=None):
        """Reads the next live packet; it must go on where the stream ends."""
        answer = self.receive(seconds)
        check(answer, f"{self.name.decode()} got no message {len(self.stream) + 1}")
        sequence, messages = answer
        equal(sequence, len(self.stream) + 1, "the packet's sequence")
        check(messages, "a live packet without messages")
        check_clock(messages)
        self.stream += messages

    def silent(self, seconds=0.2):
        """Checks that nothing comes."""
        answer = self.receive(seconds)
        check(answer is None, f"{self.name.decode()} got what nobody expected: {answer}")

    def ask(self, sequence, count=0):
        """Asks to send again; gives the answer's sequence and messages. Asks again when the answer is lost."""
        for _ in range(4):
            self.socket.send(ouch.request(self.name, sequence, count))
            if answer := self.receive(ANSWER_SECONDS / 4):
                return answer
        raise Failure(f"no answer to the request from {sequence} on; stats:\n{self.guest.stats()}")

    def ask_for_all(self):
        """The whole stream, asked for from message 1 on."""
        stream = []
        while True:
            sequence, messages = self.ask(len(stream) + 1)
            equal(sequence, len(stream) + 1, "the sequence sent again")
            if not messages:
                return stream
            stream += messages

    def enter(self, side, quantity, price, symbol=b"SLUICE", **more):
        """An Enter with the next reference number."""
        return ouch.Enter(self.next_reference(), side, quantity, symbol, price, **more)

    def order(self, side, quantity, price, **more):
        """Enters an order that must be accepted; gives its reference number and the answer."""
        order = self.enter(side, quantity, price, **more)
        self.send(order)
        (answer,) = self.read(1)
        equal(answer[:1], b"A", "the answer's type")
        return order.reference, answer


def check_clock(messages):
    """Checks that time stamps are of now, in nanoseconds since midnight (UTC, as QEMU's clock chip)."""
    now = datetime.datetime.now(datetime.timezone.utc)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    nanoseconds = int((now - midnight).total_seconds() * 1e9)
    for message in messages:
        difference = (ouch.timestamp(message) - nanoseconds + DAY // 2) % DAY - DAY // 2
        check(abs(difference) < CLOCK_TOLERANCE, f"the time stamp is off by {difference / 1e9:.3f} s")


def agree(client, venue, start=0):
    """Checks the client's stream against the model's, byte by byte but for the time stamps."""
    expected = venue.streams.get(client.name, [])
    equal(len(client.stream), len(expected), f"messages to {client.name.decode()}")
    for index in range(start, len(expected)):
        seen = ouch.without_timestamp(client.stream[index])
        check(
            seen == expected[index],
            f"message {index + 1} to {client.name.decode()} is\n  {seen.hex()}, expected\n  {expected[index].hex()}",
        )
        if index:
            step = (ouch.timestamp(client.stream[index]) - ouch.timestamp(client.stream[index - 1])) % DAY
            # Not even a restart sets it back, although the clock chip has whole seconds only.
            check(step < DAY // 2, f"time runs backwards at message {index + 1}")


def wait_until(condition, what, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        check(time.monotonic() < deadline, f"{what} did not happen within {seconds} s")
        time.sleep(0.02)
