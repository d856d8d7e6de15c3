"""Clients that all send at the same time.

Which of them is first is the guest's to say, so there is no model here: what the guest has answered once is what it
must answer for ever.
"""

import random
import re
import subprocess

import guest as guests
import ouch
from client import ANSWER_SECONDS, Client
from guest import Failure, check, equal
from ouch import Cancel, Enter, Query, Replace
from venue import bucket

STATE = r"^\[[\d.]+\] sluice: journal read: (\d+) records, (\d+) live orders, state (0x[0-9a-f]+)$"
# How often a request is repeated, in case it or its answer was lost.
ASK_AGAIN = 4
HOST_STATE = r": whole\. (\d+) records, .* (\d+) live orders, .* state (0x[0-9a-f]+),"


def state(guest):
    """What the boot log says of the journal: its records, its live orders, and the digest of the state."""
    guest.ready()
    return guest.wait_for(STATE).groups()


def state_on_host(disk):
    """The same, said by the host command."""
    command = [f"{guests.ROOT}/build/sluice", "journal", "verify", disk]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    match = re.search(HOST_STATE, done.stdout)
    check(done.returncode == 0 and match, f"the host can not read the journal: {done.stdout}")
    return match.groups()


def symbols_of(core, core_count, count, group_count=256):
    """Symbols, each in a bucket of its own, of the order core with that index, as they are dealt out at boot."""
    found = {}
    for number in range(10_000):
        symbol = b"S%d" % number
        group = bucket(symbol) % group_count
        if group % core_count == core:
            found.setdefault(group, symbol)
        if len(found) == count:
            return list(found.values())
    raise AssertionError("there are no such symbols")


class Trader(Client):
    """A client that enters, replaces and cancels at random, and asks for its next reference at each packet's end."""

    def __init__(self, guest, name, symbols):
        super().__init__(guest, name)
        self.symbols = symbols
        self.asked = 0
        self.answered = 0  # queries in what was read
        self.looked = 0  # messages of the stream among which they were counted

    def message(self, rng):
        kind = rng.random()
        price = rng.choice((9_9800, 9_9900, 10_0000, 10_0100, 10_0200))
        known = rng.randrange(max(1, self.reference - 30), self.reference + 1) if self.reference else 0
        if kind < 0.6 or not self.reference:
            tif = b"3" if rng.random() < 0.1 else b"0"
            return self.enter(rng.choice((b"B", b"S")), rng.randrange(1, 60), price, rng.choice(self.symbols), tif=tif)
        if kind < 0.75:
            return Replace(known, self.next_reference(), rng.randrange(1, 80), price)
        return Cancel(known, rng.choice((0, 0, rng.randrange(0, 60))))

    def talk(self, rng, message_count):
        """Sends a packet."""
        self.send(*[self.message(rng) for _ in range(message_count)], Query())
        self.asked += 1

    def listen(self):
        """Reads until all that was asked is answered: so is all that was sent before, since answers come in order."""
        while self.answered < self.asked:
            self.read_some()
            self.answered += sum(message[:1] == b"Q" for message in self.stream[self.looked :])
            self.looked = len(self.stream)

    def ask(self, sequence, count=0):
        """As it is, but for live packets that are still on their way: what they bring is in the stream anyway."""
        for _ in range(ASK_AGAIN):
            self.socket.send(ouch.request(self.name, sequence, count))
            while answer := self.receive(ANSWER_SECONDS / ASK_AGAIN):
                if answer[0] == sequence:
                    return answer
        raise Failure(f"no answer to {self.name.decode()}'s request from {sequence} on")

    def judge(self, stream):
        """Checks the whole stream: what was read live is its beginning, every Enter was answered, and in order."""
        equal(stream[: len(self.stream)], self.stream, f"what {self.name.decode()} has read, asked for again")
        entered = [int.from_bytes(message[9:13], "big") for message in stream if message[:1] in (b"A", b"J")]
        equal(entered, sorted(set(entered)), f"the orders of {self.name.decode()} in order")
        missing = self.entered - set(entered)
        check(not missing, f"orders of {self.name.decode()} without answer: {sorted(missing)[:9]}")
        queries = [int.from_bytes(message[9:13], "big") for message in stream if message[:1] == b"Q"]
        equal(queries, sorted(queries), f"the next references of {self.name.decode()} in order")
        equal(len(queries), self.asked, f"answers to the queries of {self.name.decode()}")

    def enter(self, *arguments, **more):
        order = super().enter(*arguments, **more)
        self.entered.add(order.reference)
        return order

    @property
    def entered(self):
        return self.__dict__.setdefault("_entered", set())


class Crowd:
    def __init__(self, guest, seed, symbols, names=(b"ANN", b"BOB", b"CID", b"DAN", b"EVE")):
        self.rng = random.Random(seed)
        self.traders = [Trader(guest, name, symbols) for name in names]

    def trade_in(self, symbols):
        """From now on, these."""
        for trader in self.traders:
            trader.symbols = symbols

    def trade(self, round_count, most_messages=8):
        for _ in range(round_count):
            self.rng.shuffle(self.traders)
            for trader in self.traders:
                trader.talk(self.rng, self.rng.randrange(1, most_messages + 1))
            for trader in self.traders:
                trader.listen()

    def streams(self):
        """The whole stream of each, judged."""
        streams = {trader.name: trader.ask_for_all() for trader in self.traders}
        for trader in self.traders:
            trader.judge(streams[trader.name])
        return streams


def replays(space, disk, streams, placements, host=state_on_host):
    """Checks that the journal on `disk` comes to one state on the host and with each placement, and that all answers
    are byte for byte the same. Gives the state.
    """
    expected = host(disk)
    for cores, words in placements:
        copy = space.path("copy.img")
        with open(disk, "rb") as source, open(copy, "wb") as target:
            target.write(source.read())
        guest = space.boot("--smp", str(cores), append=words, whole_line=True, disk=copy)
        equal(state(guest), expected, f"the state that {cores} cores with {words!r} read, and the host's")
        for name, stream in streams.items():
            client = Client(guest, name)
            equal(client.ask_for_all(), stream, f"the answers to {name.decode()} with {cores} cores and {words!r}")
            client.socket.close()
        guest.kill()
    return expected
