"""The list of all tests."""

from collections import namedtuple

Test = namedtuple("Test", "name body")
_tests = []


def test(name):
    """Adds a function to the list under its name."""

    def add(body):
        _tests.append(Test(name, body))
        return body

    return add


def tests():
    # The long ones first, so that two at a time end together.
    import flood, flow, durability, restart, console, boots, placement, gdb, orders, controls  # noqa: E401, F401

    return list(_tests)
