"""What may stop a run: requests, deferred or not, of one run alone; and what never stops one."""

import signal
from threading import Thread

import pytest

from leerid_cli.errors import Interrupted
from leerid_cli.runtime.stop import NEVER, StopOnRequest


@pytest.fixture
def stop() -> StopOnRequest:
    return StopOnRequest()


def test_never_stops_no_run_and_keeps_nothing_of_those_that_share_it() -> None:
    assert not hasattr(NEVER, "request")
    with NEVER.deferred(), NEVER.deferred():
        NEVER.check()
    NEVER.no_way_back()
    NEVER.check()
    assert vars(NEVER) == {}


def test_a_check_raises_only_once_it_was_requested_and_then_every_time(stop: StopOnRequest) -> None:
    stop.check()
    stop.request(signal.SIGTERM)
    for _time in range(2):
        with pytest.raises(Interrupted) as interrupted:
            stop.check()
        assert interrupted.value.exit_code == 143


def test_a_request_of_another_thread_is_raised_by_the_check_of_the_run(stop: StopOnRequest) -> None:
    other = Thread(target=stop.request, args=[signal.SIGTERM])
    other.start()
    other.join()
    with pytest.raises(Interrupted):
        stop.check()


def test_two_runs_do_not_know_of_each_others_requests(stop: StopOnRequest) -> None:
    other = StopOnRequest()
    other.request(signal.SIGTERM)
    stop.check()
    with pytest.raises(Interrupted):
        other.check()


def test_what_one_run_defers_another_one_does_not(stop: StopOnRequest) -> None:
    other = StopOnRequest()
    other.no_way_back()
    stop.request(signal.SIGTERM)
    with other.deferred(), pytest.raises(Interrupted):
        stop.check()


def test_what_is_requested_in_a_deferred_block_is_forgotten_at_its_end(stop: StopOnRequest) -> None:
    with stop.deferred():
        stop.request(signal.SIGTERM)
        stop.check()
    stop.check()


def test_a_block_within_a_block_leaves_the_outer_one_deferred(stop: StopOnRequest) -> None:
    with stop.deferred():
        with stop.deferred():
            stop.request(signal.SIGTERM)
        stop.check()
    stop.request(signal.SIGTERM)
    with pytest.raises(Interrupted):
        stop.check()


def test_a_block_that_raises_ends_all_the_same(stop: StopOnRequest) -> None:
    with pytest.raises(ZeroDivisionError), stop.deferred():
        raise ZeroDivisionError
    stop.request(signal.SIGTERM)
    with pytest.raises(Interrupted):
        stop.check()


def test_no_block_ends_what_is_deferred_to_the_end_of_the_run(stop: StopOnRequest) -> None:
    stop.no_way_back()
    with stop.deferred():
        pass
    stop.request(signal.SIGTERM)
    stop.check()
