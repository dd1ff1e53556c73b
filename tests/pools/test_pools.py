"""Pools: what their threads say is in the language of whoever opened them."""

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager
from threading import Barrier, Event

import pytest

from leerid_cli import i18n
from leerid_cli.errors import RefusedError
from leerid_cli.model.cards import Credential
from leerid_cli.model.people import PasswordKind
from leerid_cli.pools import pools
from leerid_cli.rules import hashing

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
