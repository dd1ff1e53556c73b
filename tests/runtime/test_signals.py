"""Signals as exceptions: raised, raised again, deferred."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress

import pytest
from interruptible import interruptible

from leerid_cli.errors import Interrupted
from leerid_cli.runtime import signals


@pytest.fixture(autouse=True)
def _installed() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    interruptible()
    signals.install()
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
    signals._arrived.clear()


def test_a_signal_raises_with_its_exit_code() -> None:
    with pytest.raises(Interrupted) as interrupted:
        os.kill(os.getpid(), signal.SIGTERM)
    assert interrupted.value.exit_code == 143


def test_a_signal_whose_exception_is_swallowed_is_raised_again_by_check() -> None:
    with suppress(Interrupted):  # as it gets lost in a finaliser or a C callback
        os.kill(os.getpid(), signal.SIGINT)
    with pytest.raises(Interrupted):
        signals.check()


def test_held_back_signals_do_not_interrupt_and_are_done_with_afterwards() -> None:
    with signals.deferred():
        os.kill(os.getpid(), signal.SIGTERM)
    signals.check()


def test_a_signal_that_the_parent_ignores_stays_ignored() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signals.install()
    os.kill(os.getpid(), signal.SIGHUP)
    signals.check()


def test_from_the_point_of_no_return_no_signal_interrupts_until_the_next_run() -> None:
    signals.no_way_back()
    with signals.deferred():
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    signals.install()
    with pytest.raises(Interrupted):
        os.kill(os.getpid(), signal.SIGTERM)


def test_a_block_within_a_block_leaves_the_outer_one_held_back() -> None:
    with signals.deferred():
        with signals.deferred():
            pass
        os.kill(os.getpid(), signal.SIGTERM)
