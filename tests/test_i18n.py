"""The language of messages belongs to whoever is served: a thread, or one request after the other in a thread."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from leerid_cli import i18n

THREADS = 8
ROUNDS = 13
TOO_LONG, MAKE = "a password can be at most 72 bytes long", ("Make {n} account?", "Make {n} accounts?")
SAID = {
    "en": (TOO_LONG, "Make 2 accounts?"),
    "nl": ("een wachtwoord kan hoogstens 72 bytes lang zijn", "2 accounts aanmaken?"),
}


def test_the_words_of_this_file_are_in_the_catalogue() -> None:
    assert {language: said_in(language) for language in SAID} == SAID


def said_in(language: str) -> tuple[str, str]:
    i18n.use(language)
    return said()


def said() -> tuple[str, str]:
    return i18n._(TOO_LONG), i18n.plural(*MAKE, 2).format(n=2)


def test_two_languages_in_eight_threads_are_never_mixed() -> None:
    """All eight choose before any of them speaks, so that one language for all would be wrong for half of them."""
    chosen, spoken = Barrier(THREADS), Barrier(THREADS)

    def request(number: int) -> tuple[str, tuple[str, str]]:
        language = i18n.LANGUAGES[(number + number // THREADS) % 2]
        i18n.use(language)
        chosen.wait()
        answer = said()
        spoken.wait()
        return language, answer

    with ThreadPoolExecutor(THREADS) as server:
        answers = list(server.map(request, range(THREADS * ROUNDS)))
    assert len(answers) == 104
    assert [answer for answer in answers if answer[1] != SAID[answer[0]]] == []


def test_what_one_thread_chooses_is_nothing_to_another() -> None:
    i18n.use("nl")
    with ThreadPoolExecutor(1) as other:
        assert other.submit(said_in, "en").result() == SAID["en"]
    assert said() == SAID["nl"]
