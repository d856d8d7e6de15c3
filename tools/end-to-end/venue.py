"""What the venue must answer: a small model of clients, books and outbound streams, slow and obvious.

It is the specification's second reading: messages go in as fields, the expected answers come out as bytes with their
time stamps zero.
"""

from ouch import (
    ACCEPTED, CANCELED, EXECUTED, QUERY_RESPONSE, REJECTED, REPLACED, Cancel, Enter, Query, Replace, padded,
)

LARGEST_QUANTITY = 999_999
HIGHEST_PRICE = 1_999_999_900
MARKET = 0x7FFFFFFF

DISPLAY, SWEEP, SIDE, FULL, OTHER, QUANTITY, CROSS, SYMBOL, PRICE, MARKET_ORDER = (
    0x0003, 0x0008, 0x0009, 0x000A, 0x000F, 0x0013, 0x0014, 0x0017, 0x001D, 0x002C,
)


class Order:
    def __init__(self, client, reference, side, quantity, symbol, price, capacity, executed=0):
        self.client = client
        self.reference = reference
        self.side = side
        self.size = quantity
        self.symbol = symbol
        self.price = price
        self.capacity = capacity
        self.executed = executed

    @property
    def leaves(self):
        return self.size - self.executed


class Venue:
    def __init__(self):
        self.streams = {}  # client: [message without time stamp]
        self.last = {}  # client: its greatest reference number that had an answer
        self.orders = {}  # (client, reference): live order
        self.books = {}  # (symbol, is buy): orders, oldest first
        self.order_counts = {}  # bucket: how many orders got a number
        self.match_counts = {}
        self.counts = dict.fromkeys(("accepted", "replaced", "canceled", "rejected", "executions"), 0)

    def apply(self, client, message):
        """Applies one message. Gives the clients that get something to read."""
        before = {name: len(stream) for name, stream in self.streams.items()}
        if isinstance(message, Enter):
            self.enter(client, message)
        elif isinstance(message, Replace):
            self.replace(client, message)
        elif isinstance(message, Cancel):
            self.cancel(client, message)
        elif isinstance(message, Query):
            self.emit(client, QUERY_RESPONSE.pack(b"Q", 0, self.last.get(client, 0) + 1))
        return [name for name, stream in self.streams.items() if len(stream) > before.get(name, 0)]

    def emit(self, client, message):
        self.streams.setdefault(client, []).append(message)

    # --- Enter ---

    def enter(self, client, order):
        if order.reference <= self.last.get(client, 0):
            return
        self.last[client] = order.reference
        reason = fault(order)
        if reason is not None:
            self.counts["rejected"] += 1
            self.emit(client, REJECTED.pack(b"J", 0, order.reference, reason, padded(order.name, 14)))
            return
        new = Order(client, order.reference, order.side, order.quantity, order.symbol, order.price, order.capacity)
        is_dead = order.tif == b"3" and not self.matches(new)
        self.counts["accepted"] += 1
        number = count(self.order_counts, order.symbol)
        self.emit(client, ACCEPTED.pack(
            b"A", 0, order.reference, order.side, order.quantity, padded(order.symbol, 8), order.price, order.tif,
            order.display, number, order.capacity, order.sweep, order.cross, b"D" if is_dead else b"L",
            padded(order.name, 14), 0,
        ))
        if not is_dead:
            self.work(new, order.tif)

    # --- Replace ---

    def replace(self, client, replace):
        original = self.orders.get((client, replace.original))
        if replace.reference <= self.last.get(client, 0) or original is None:
            return
        if (
            not 1 <= replace.quantity <= LARGEST_QUANTITY or not 1 <= replace.price <= HIGHEST_PRICE
            or replace.tif not in (b"0", b"3") or replace.display != b"Y" or replace.sweep != b"N"
        ):
            self.remove(original)
            self.say_canceled(original, original.leaves, b"U")
            return
        self.last[client] = replace.reference
        self.remove(original)
        new = Order(
            client, replace.reference, original.side, max(replace.quantity, original.executed), original.symbol,
            replace.price, original.capacity, original.executed,
        )
        is_dead = new.leaves == 0 or replace.tif == b"3" and not self.matches(new)
        self.counts["replaced"] += 1
        number = count(self.order_counts, original.symbol)
        self.emit(client, REPLACED.pack(
            b"U", 0, replace.original, replace.reference, original.side, new.leaves, padded(original.symbol, 8),
            replace.price, replace.tif, replace.display, number, original.capacity, replace.sweep, b"N",
            b"D" if is_dead else b"L", padded(replace.name, 14), 0,
        ))
        if not is_dead:
            self.work(new, replace.tif)

    # --- Cancel ---

    def cancel(self, client, cancel):
        order = self.orders.get((client, cancel.reference))
        if order is None or cancel.quantity >= order.size:
            return
        if cancel.quantity <= order.executed:
            self.remove(order)
            self.say_canceled(order, order.leaves, b"U")
        else:
            decrement = order.size - cancel.quantity
            order.size = cancel.quantity
            self.say_canceled(order, decrement, b"U")

    def say_canceled(self, order, decrement, reason):
        self.counts["canceled"] += 1
        self.emit(order.client, CANCELED.pack(b"C", 0, order.reference, decrement, reason))

    # --- The book ---

    def best(self, order):
        """The order of the other side that `order` trades with next."""
        is_buy = order.side == b"B"
        candidates = [
            other for other in self.books.get((order.symbol, not is_buy), [])
            if (other.price <= order.price if is_buy else other.price >= order.price)
        ]
        if not candidates:
            return None
        best = (min if is_buy else max)(other.price for other in candidates)
        return next(other for other in candidates if other.price == best)

    def matches(self, order):
        return self.best(order) is not None

    def work(self, order, tif):
        """Trades what can be traded, then rests or is canceled."""
        while order.leaves > 0 and (resting := self.best(order)):
            quantity = min(order.leaves, resting.leaves)
            order.executed += quantity
            resting.executed += quantity
            if resting.leaves == 0:
                self.remove(resting)
            self.counts["executions"] += 1
            number = count(self.match_counts, order.symbol)
            for party, liquidity in ((resting, b"A"), (order, b"R")):
                self.emit(party.client, EXECUTED.pack(
                    b"E", 0, party.reference, quantity, resting.price, liquidity, number, 0
                ))
        if order.leaves == 0:
            return
        if tif == b"3":
            self.say_canceled(order, order.leaves, b"I")
        else:
            self.orders[order.client, order.reference] = order
            self.books.setdefault((order.symbol, order.side == b"B"), []).append(order)

    def remove(self, order):
        del self.orders[order.client, order.reference]
        self.books[order.symbol, order.side == b"B"].remove(order)


def bucket(symbol):
    """The bucket of a symbol, in each of which orders and matches are counted."""
    return (int.from_bytes(padded(symbol, 8), "little") * 0x4BA0CE1DB41DCF77 & 0xFFFFFFFFFFFFFFFF) >> 56


def count(counts, symbol):
    """The number of the next order or match of a symbol."""
    counts[bucket(symbol)] = counts.get(bucket(symbol), 0) + 1
    return counts[bucket(symbol)] << 8 | bucket(symbol)


def fault(order):
    """Why an order is not taken: the first wrong field, in their order on the wire; the symbol last."""
    if order.side not in (b"B", b"S", b"T", b"E"):
        return SIDE
    if not 1 <= order.quantity <= LARGEST_QUANTITY:
        return QUANTITY
    if order.price == MARKET:
        return MARKET_ORDER
    if not 1 <= order.price <= HIGHEST_PRICE:
        return PRICE
    if order.tif not in (b"0", b"3"):
        return OTHER
    if order.display != b"Y":
        return DISPLAY
    if order.capacity not in (b"A", b"P", b"R", b"O"):
        return OTHER
    if order.sweep != b"N":
        return SWEEP
    if order.cross != b"N":
        return CROSS
    symbol = order.symbol.rstrip(b" ")
    if not symbol or any(not 0x21 <= byte <= 0x7E for byte in symbol):
        return SYMBOL
    return None
