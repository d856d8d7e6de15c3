"""Whoever applies which orders: the journal comes to the same state, and the answers are the same."""

import disks
import flow
from client import Client
from crowd import Crowd, replays, state, state_on_host
from guest import Failure, check, equal
from orders import Session
from suite import test

# Cores, and words on the command line.
PLACEMENTS = (
    (1, ""),
    (2, ""),
    (2, "cores=orders:0,journal:1"),
    (4, "cores=io:0,orders:1,2,timers:3,journal:3"),
    (4, "balance=1 buckets=16 priorities=arrival"),
)
SYMBOLS = [b"SYM%d" % number for number in range(40)]


def boot(space, placement, disk):
    cores, words = placement
    return space.boot("--smp", str(cores), append=words, whole_line=True, disk=disk)


@test("one flow comes to one state with every placement", has_own_machine=True)
def one_flow(space):
    states = []
    for index, placement in enumerate(PLACEMENTS):
        disk = space.disk()
        guest = boot(space, placement, disk)
        guest.ready()
        session = Session(guest, *flow.NAMES)
        flow.random_flow(session, space.options.seed, 150)
        guest.kill()
        image = disks.read(disk)
        guest = boot(space, PLACEMENTS[index - 1], disk)
        # One message at a time has the same journal everywhere, but for the times.
        states.append(state(guest)[1:])
        for client in session.clients.values():
            client.attach(guest)
            equal(client.ask_for_all(), client.stream, f"the stream of {client.name.decode()} after the restart")
        guest.kill()
    equal(states, [states[0]] * len(PLACEMENTS), "live orders and state with each placement")
    equal(state_on_host(disk)[1:], states[0], "live orders and state on the host")
    # A control: one record less is another state.
    last = disks.records(image)[-1]
    disks.write_at(disk, 0, image)
    disks.write_at(disk, last.sector * disks.SECTOR, bytes(last.sector_count * disks.SECTOR))
    check(state_on_host(disk)[1:] != states[0], "a journal without its last record has the same state")


def writer(placement):
    cores, words = placement
    name = f"a journal of {cores} core{'s' * (cores > 1)}{f' with {words}' if words else ''} replays everywhere"

    @test(name, has_own_machine=True)
    def replays_everywhere(space):
        disk = space.disk()
        guest = boot(space, placement, disk)
        guest.ready()
        crowd = Crowd(guest, space.options.seed, SYMBOLS)
        crowd.trade(40)
        streams = crowd.streams()
        guest.kill()
        replays(space, disk, streams, PLACEMENTS)


for one in PLACEMENTS:
    writer(one)


@test("control: another state and another answer are found out", has_own_machine=True)
def wrong_replay(space):
    disk = space.disk()
    guest = boot(space, PLACEMENTS[1], disk)
    guest.ready()
    client = Client(guest)
    client.order(b"B", 10, 10_0000)
    guest.kill()
    streams = {client.name: client.stream}
    read = PLACEMENTS[3:4]
    records, orders, digest = replays(space, disk, streams, read)
    other = (records, orders, digest[:-1] + ("0" if digest[-1] != "0" else "1"))
    wrong = bytes([client.stream[0][0], *client.stream[0][1:-1], client.stream[0][-1] ^ 1])
    for what, streams, host in (
        ("another state", streams, lambda _: other),
        ("another answer", {client.name: [wrong]}, state_on_host),
        ("an answer too many", {client.name: [*client.stream, wrong]}, state_on_host),
    ):
        try:
            replays(space, disk, streams, read, host)
        except Failure:
            continue
        raise Failure(f"{what} was not found out")
