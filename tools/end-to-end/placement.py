"""Which core does what: what the command line asks for, and how it is refused."""

from crowd import Crowd, replays
from guest import check, equal, stops
from suite import test


def refused(space, words, place, *message, cores=1):
    """Checks that a boot with this line stops, says the message, and shows the line with a mark under `place`.

    `place` is what the mark must stand under: its last occurrence in the line, which begins at the given byte.
    """
    guest = space.boot("--smp", str(cores), append=words, whole_line=True)
    start = words.rindex(place)
    said = stops(guest, *message, f"(byte {start} of the command line)")
    lines = guest.text.splitlines()
    shown = lines[lines.index(said) + 1 :][:2]
    check(shown[0].startswith(f"  {words}"), f"the line shown for {words!r}: {shown[0]}")
    equal(shown[1], "  " + " " * start + "^", f"the place shown for {words!r}")


@test("placements that can not be read", has_own_machine=True)
def unreadable(space):
    for words, place, *message in (
        ("cores=", "cores=", "cores=: no role in cores=: expected ROLE:CORE,..."),
        ("durability=none cores=io:0,disk:1", "disk", "unknown role disk: expected io, orders, timers or journal"),
        ("cores=io:0,orders:", "orders", "no core for the role orders: expected ROLE:CORE"),
        ("cores=orders,io:0 ip=10.0.2.15/24", "orders", "no core for the role orders"),
        ("cores=io:0,orders:0,io:0", "io", "the role io is there twice"),
        ("cores=0,orders:0", "0,", "no role for the core 0"),
        ("cores=io:0,orders:0,", ",", "nothing beside the comma ,"),
        ("cores=io:0,orders:1x", "1x", "unreadable core 1x: expected a number or a range"),
        ("cores=orders:16", "16", "no core 16: expected 0 to 15"),
        ("cores=orders:3-1", "3-1", "the range 3-1 ends before it begins"),
        ("cores=orders:0,0", "0", "the role has the core 0 already"),
        ("cores=journal:0,1", "1", "the role has a core before 1 already: expected one core for timers, one for"),
    ):
        refused(space, words, place, *message)


@test("placements that the machine does not have", has_own_machine=True)
def impossible(space):
    for cores, words, place, *message in (
        (1, "cores=orders:1", "1", "cores=: no core 1: the machine has 1 core, 0 ("),
        (1, "cores=io:0,1 durability=none", "1", "no core 1"),
        (1, "cores=timers:0,journal:2,orders:9", "2", "no core 2"),
        (2, "durability=none cores=io:0,orders:7", "7", "cores=: no core 7: the machine has 2 cores, 0 to 1 ("),
        (2, "cores=io:1,orders:0", "1", "network I/O begins with core 1: expected core 0 among the cores of io"),
        (2, "cores=orders:0,1", "0,1", "core 0 keeps the sessions: expected orders:0 alone, or only other cores"),
        (2, "cores=io:0,1", "0,1", "no core for the role orders: io has core 0 and all others: the machine has 2"),
    ):
        refused(space, words, place, *message, cores=cores)


@test("settings of many cores that can not be read", has_own_machine=True)
def unreadable_settings(space):
    for words, place, *message in (
        ("durability=none priorities=new", "priorities=new", "unknown word", "priorities=cancels|arrival"),
        ("balance=0", "balance=0", "unreadable number", "balance=on|off|MILLISECONDS (1 to 10000)"),
        ("balance=sometimes durability=none", "balance=sometimes", "unreadable number"),
        ("buckets=100", "buckets=100", "unreadable number", "buckets=16|32|64|128|256"),
    ):
        refused(space, words, place, *message)


@test("the placement that is used is said", has_own_machine=True)
def said(space):
    for cores, words, placement in (
        (1, "", "io:0,orders:0,timers:0,journal:0"),
        (1, "cores=orders:0", "io:0,orders:0,timers:0,journal:0"),
        (1, "cores=timers:interrupts,journal:0,orders:0,io:0", "io:0,orders:0,timers:0,journal:0"),
        (2, "", "io:0,orders:1,timers:0,journal:0"),
        (4, "", "io:0,orders:1,2,3,timers:0,journal:0"),
        (4, "cores=io:1,0,timers:3,orders:2-3", "io:0,1,orders:2,3,timers:3,journal:0"),
    ):
        guest = space.boot("--smp", str(cores), append=f"durability=none {words}", whole_line=True)
        guest.ready()
        check(f"sluice: cores={placement}\n" in guest.text, f"with {cores} cores and {words!r} it said:\n{guest.text}")
        guest.kill()


@test("two nodes: each core has memory of its own", has_own_machine=True)
def two_nodes(space):
    disk = space.disk()
    guest = space.boot("--machine", "q35", "--nodes", "2", "--smp", "4", whole_line=True, disk=disk)
    guest.ready()
    said = guest.wait_for(
        r"^\[[\d.]+\] sluice: 2 nodes: node 0 cores 0,1 memory (\d+) MiB; node 1 cores 2,3 memory (\d+) MiB$")
    check(all(56 <= int(size) <= 64 for size in said.groups()), f"of 64 MiB each node has {said.groups()}")
    crowd = Crowd(guest, space.options.seed, [b"SYM%d" % number for number in range(40)])
    crowd.trade(20)
    streams = crowd.streams()
    guest.kill()
    replays(space, disk, streams, ((1, ""), (4, "")))
    guest = space.boot("--smp", "4", append="durability=none", whole_line=True)
    guest.ready()
    check(" nodes:" not in guest.text, f"a machine with one node speaks of several:\n{guest.text}")

