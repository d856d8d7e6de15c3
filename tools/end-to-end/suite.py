"""The list of all tests."""

from collections import namedtuple

# `has_own_machine` says that nothing of the test depends on the run's cores and words: it need not run once for each.
# `has_own_boot` says that it depends on who boots the kernel, and says so itself: it runs as it is, whatever the run's.
Test = namedtuple("Test", "name body has_own_machine has_own_boot")
_tests = []


def test(name, has_own_machine=False, has_own_boot=False):
    """Adds a function to the list under its name."""

    def add(body):
        _tests.append(Test(name, body, has_own_machine, has_own_boot))
        return body

    return add


def tests():
    # The long ones first, so that two at a time end together.
    import flood, flow, spread, moves, hangs, durability, restart, memory, console  # noqa: E401, F401
    import boots, partitions, uefi, loaders, placement, microvm, libvirt, receivers, gdb, orders, controls  # noqa: E401, F401

    return list(_tests)
