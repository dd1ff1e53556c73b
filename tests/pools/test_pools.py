"""Pools: their threads speak the language of whoever opened them, and a lost signal ends their work."""

import signal
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager
from threading import Barrier, Event

import pytest

from leerid_cli import i18n
from leerid_cli.errors import Interrupted, RefusedError
from leerid_cli.model.cards import Credential
from leerid_cli.model.people import PasswordKind
from leerid_cli.pools import pools
from leerid_cli.rules import hashing
from leerid_cli.runtime.stop import StopOnRequest

TOO_LONG = Credential(PasswordKind.TEMPORARY, "a1" * 37)
SAID = {
    "en": "a password can be at most 72 bytes long",
    "nl": "een wachtwoord kan hoogstens 72 bytes lang zijn",
}


def refusal(threads: Executor) -> list[str]:
    """Return what a thread of a pool says of a password that is too long: in its work, and to who waits for it."""
    awaited = Event()

    def work() -> str:
        awaited.wait()
        return hashing.hash_password(TOO_LONG, 4)

    waiting: list[str] = []
    future = threads.submit(work)
    future.add_done_callback(lambda _done: waiting.append(i18n._(SAID["en"])))
    awaited.set()
    with pytest.raises(RefusedError) as refused:
        future.result()
    threads.shutdown()
    return [refused.value.message, *waiting]


@pytest.mark.parametrize("opened", [pools.hashing, lambda: pools.open_pools(1)], ids=["alone", "of a batch"])
def test_eight_people_with_two_languages_are_answered_in_their_own(
    opened: Callable[[], AbstractContextManager[pools.WorkerPools | Executor]],
) -> None:
    chosen, answered = Barrier(8), Barrier(8)

    def request(number: int) -> tuple[str, list[str]]:
        language = i18n.LANGUAGES[(number + number // 8) % 2]
        i18n.use(language)
        chosen.wait()
        with opened() as pool:
            said = refusal(pool.hashing if isinstance(pool, pools.WorkerPools) else pool)
        answered.wait()
        return language, said

    with ThreadPoolExecutor(8) as server:
        answers = list(server.map(request, range(8 * 13)))
    assert [answer for answer in answers if answer[1] != [SAID[answer[0]]] * 2] == []


@pytest.mark.parametrize("cards", [1, pools.FEW + 1], ids=["drawn here", "drawn by workers"])
def test_a_run_that_was_asked_to_stop_gets_no_piece_more(cards: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "DRAWING", "json")
    monkeypatch.setattr(pools, "cores", lambda: 2)
    stop = StopOnRequest()
    with pools.open_pools(cards, stop=stop) as made:
        assert (made.drawing is None) == (cards == 1), "the control: both ways are tried"
        assert len(list(made.in_order(abs, range(5)))) == 5, "the control: nobody asked yet"
        drawn = made.in_order(abs, range(5))
        stop.request(signal.SIGTERM)
        with pytest.raises(Interrupted):
            next(drawn)
