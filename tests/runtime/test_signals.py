"""Signals as exceptions: raised, raised again, deferred."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress

import pytest
from interruptible import interruptible

from leerid_cli.errors import Interrupted
from leerid_cli.runtime import signals
from leerid_cli.runtime.stop import Stop


@pytest.fixture
def stop() -> Iterator[Stop]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    interruptible()
    yield signals.install()
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("stop")
def test_a_signal_raises_with_its_exit_code() -> None:
    with pytest.raises(Interrupted) as interrupted:
        os.kill(os.getpid(), signal.SIGTERM)
    assert interrupted.value.exit_code == 143


def test_a_signal_whose_exception_is_swallowed_is_raised_again_by_check(stop: Stop) -> None:
    with suppress(Interrupted):  # as it gets lost in a finaliser or a C callback
        os.kill(os.getpid(), signal.SIGINT)
    with pytest.raises(Interrupted):
        stop.check()


def test_deferred_signals_do_not_interrupt_and_are_done_with_afterwards(stop: Stop) -> None:
    with stop.deferred():
        os.kill(os.getpid(), signal.SIGTERM)
    stop.check()


def test_a_signal_that_the_parent_ignores_stays_ignored(stop: Stop) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    installed = signals.install()
    os.kill(os.getpid(), signal.SIGHUP)
    for one in (stop, installed):
        one.check()


def test_from_the_point_of_no_return_no_signal_interrupts_until_the_next_run(stop: Stop) -> None:
    stop.no_way_back()
    with stop.deferred():
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    signals.install()
    with pytest.raises(Interrupted):
        os.kill(os.getpid(), signal.SIGTERM)


def test_a_block_within_a_block_leaves_the_outer_one_deferred(stop: Stop) -> None:
    with stop.deferred():
        with stop.deferred():
            pass
        os.kill(os.getpid(), signal.SIGTERM)


def test_a_signal_is_for_the_last_run_only(stop: Stop) -> None:
    signals.install()
    with pytest.raises(Interrupted):
        os.kill(os.getpid(), signal.SIGTERM)
    stop.check()
