"""A child that signals end, however the tests were started."""

import signal


def interruptible() -> None:
    """Give the three signals that interrupt a run their defaults; for `preexec_fn`.

    Tests that were started with nohup or in the background of a script ignore SIGHUP or SIGINT, and a child
    takes that over.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
