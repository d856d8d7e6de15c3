"""The list of all tests."""

from collections import namedtuple

# `has_own_machine` says that nothing of the test depends on the run's cores and words: it need not run once for each.
Test = namedtuple("Test", "name body has_own_machine")
_tests = []


def test(name, has_own_machine=False):
    """Adds a function to the list under its name."""

    def add(body):
        _tests.append(Test(name, body, has_own_machine))
        return body

    return add


def tests():
    # The long ones first, so that two at a time end together.
    import flood, flow, spread, moves, hangs, durability, restart, console  # noqa: E401, F401
    import boots, partitions, placement, receivers, gdb, orders, controls  # noqa: E401, F401

    return list(_tests)
