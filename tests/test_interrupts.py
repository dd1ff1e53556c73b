import os
import signal
from collections.abc import Iterator
from contextlib import suppress

import pytest
from interruptible import interruptible

from leerid_cli import interrupts
from leerid_cli.errors import Interrupted


@pytest.fixture(autouse=True)
def _installed() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    interruptible()
    interrupts.install()
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
    interrupts._arrived.clear()


def test_a_signal_raises_with_its_exit_code() -> None:
    with pytest.raises(Interrupted) as interrupted:
        os.kill(os.getpid(), signal.SIGTERM)
    assert interrupted.value.exit_code == 143


def test_a_signal_whose_exception_is_swallowed_is_raised_again_by_check() -> None:
    with suppress(Interrupted):  # as a finaliser or a C callback does
        os.kill(os.getpid(), signal.SIGINT)
    with pytest.raises(Interrupted):
        interrupts.check()


def test_held_back_signals_do_not_interrupt_and_are_done_with_afterwards() -> None:
    with interrupts.held_back():
        os.kill(os.getpid(), signal.SIGTERM)
    interrupts.check()


def test_a_signal_that_the_parent_ignores_stays_ignored() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    interrupts.install()
    os.kill(os.getpid(), signal.SIGHUP)
    interrupts.check()


def test_from_the_point_of_no_return_no_signal_interrupts_until_the_next_run() -> None:
    interrupts.no_return()
    with interrupts.held_back():
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    interrupts.install()
    with pytest.raises(Interrupted):
        os.kill(os.getpid(), signal.SIGTERM)


def test_a_block_within_a_block_leaves_the_outer_one_held_back() -> None:
    with interrupts.held_back():
        with interrupts.held_back():
            pass
        os.kill(os.getpid(), signal.SIGTERM)
