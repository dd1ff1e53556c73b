"""`change-password`: the owner of a gevorderd account chooses a password."""

import sqlite3
from datetime import UTC, datetime

import pytest
from bundles import verify
from schools import TEMPORARY as OLD
from terminal import at_terminal
from world import AS_OF, World

from leerid_cli.accounts.own_password import change_password
from leerid_cli.errors import ErrorReason, LeeridError
from leerid_cli.settings.load import load_settings
from leerid_cli.store import lock
from leerid_cli.store.access import Store

NEW = "twaalf tekens é"


@pytest.fixture
def school(known_passwords: World) -> World:
    return known_passwords


def test_a_pupil_of_secondary_school_changes_the_temporary_password(school: World) -> None:
    assert school.run("show", "3", *AS_OF, "--format", "json").json["account"]["must_change"] is True
    done = school.run("change-password", "Noor.Claes", stdin=f"{OLD}\n{NEW}\n")
    assert (done.code, done.out, NEW in done.err) == (0, "", False)
    assert (verify(school, "noor.claes", NEW), verify(school, "noor.claes", OLD)) == (0, 6)
    shown = school.run("show", "3", *AS_OF, "--format", "json")
    assert shown.json["account"]["must_change"] is False
    assert shown.json["history"][-1]["event"] == "password-changed"
    assert NEW not in shown.out
    assert NEW.encode() not in school.snapshot()
    again = school.run("change-password", "noor.claes", stdin=f"{NEW}\r\n{'é' * 36}\r\n")
    assert again.code == 0, "36 letters é are 72 bytes"


@pytest.mark.parametrize(
    ("username", "lines", "code", "words"),
    [
        ("nobody", f"{OLD}\n{NEW}\n", 5, "no account"),
        ("emma.peeters", "kikker77\nlang genoeg 12\n", 6, "basis"),
        ("noor.claes", f"wrong\n{NEW}\n", 6, "wrong"),
        ("noor.claes", f"{OLD}\nelf tekens!\n", 6, "12 characters"),
        ("noor.claes", f"{OLD}\ne\u0301lf tekens!\n", 6, "12 characters"),
        ("noor.claes", f"{OLD}\n", 6, "12 characters"),
        ("noor.claes", "", 6, "wrong"),
        ("noor.claes", f"{OLD}\n{'é' * 37}\n", 6, "72 bytes"),
        ("noor.claes", f"{OLD}\n{'x' * 73}\n", 6, "72 bytes"),
        ("noor.claes", f"{OLD}\n{OLD}\n", 6, "the old one"),
        ("noor.claes", f"{OLD}\ntwaalf\x07tekens\n", 6, "control"),
    ],
)
def test_change_password_refuses_and_nothing_changes(
    school: World, username: str, lines: str, code: int, words: str
) -> None:
    before = school.snapshot()
    refused = school.run("change-password", username, stdin=lines)
    assert (refused.code, words in refused.err) == (code, True), refused.err
    assert school.snapshot() == before


def test_change_password_of_a_suspended_account_or_one_without_password_is_refused(school: World) -> None:
    school.run("suspend", "3", *AS_OF)
    refused = school.run("change-password", "noor.claes", stdin=f"{OLD}\n{NEW}\n")
    assert (refused.code, "suspended" in refused.err) == (6, True)
    school.run("reactivate", "3", *AS_OF)
    connection = sqlite3.connect(school.store)
    connection.execute("UPDATE account SET password_hash = '' WHERE username = 'noor.claes'")
    connection.commit()
    connection.close()
    for old in (OLD, ""):
        refused = school.run("change-password", "noor.claes", stdin=f"{old}\n{NEW}\n")
        assert (refused.code, "wrong" in refused.err) == (6, True)


def change(school: World, username: str, old: str, new: str) -> None:
    """Do as a sign-in page, which calls the function."""
    settings = load_settings(school.store, school.config)
    change_password(Store(settings.store), settings.bcrypt_cost, username, old, new, datetime.now(UTC))


def test_change_password_is_a_function_for_a_sign_in_page(school: World) -> None:
    change(school, "noor.claes", OLD, NEW)
    assert verify(school, "noor.claes", NEW) == 0


@pytest.mark.parametrize(
    ("username", "old", "new", "reason"),
    [
        ("nobody", OLD, NEW, ErrorReason.UNKNOWN_USERNAME),
        ("emma.peeters", "kikker77", NEW, ErrorReason.BASIS_ACCOUNT),
        ("noor.claes", "wrong", NEW, ErrorReason.WRONG_PASSWORD),
        ("noor.claes", OLD, "elf tekens!", ErrorReason.TOO_SHORT),
        ("noor.claes", OLD, "x" * 73, ErrorReason.TOO_LONG),
        ("noor.claes", OLD, OLD, ErrorReason.SAME_PASSWORD),
        ("noor.claes", OLD, "twaalf\x07tekens", ErrorReason.CONTROL_CHARACTER),
    ],
)
def test_a_sign_in_page_gets_the_reason_of_a_refusal(
    school: World, username: str, old: str, new: str, reason: ErrorReason
) -> None:
    with pytest.raises(LeeridError) as refused:
        change(school, username, old, new)
    assert refused.value.reason is reason


def test_a_sign_in_page_is_told_that_the_account_is_suspended_or_the_store_busy(school: World) -> None:
    with lock.exclusive(school.store, "import", 0), pytest.raises(LeeridError) as refused:
        change(school, "noor.claes", OLD, NEW)
    assert refused.value.reason is ErrorReason.BUSY
    school.run("suspend", "3", *AS_OF)
    with pytest.raises(LeeridError) as refused:
        change(school, "noor.claes", OLD, NEW)
    assert refused.value.reason is ErrorReason.SUSPENDED


def test_change_password_asks_three_times_without_echo(school: World) -> None:
    code, shown = at_terminal(
        school, "change-password", "noor.claes", prompt="assword", answer=f"{OLD}\n{NEW}\n{NEW}\n"
    )
    assert (code, OLD in shown, NEW in shown) == (0, False, False), shown
    code, shown = at_terminal(
        school, "change-password", "noor.claes", prompt="assword", answer=f"{NEW}\n{OLD}\nanders\n"
    )
    assert (code, "differ" in shown) == (6, True)
    assert verify(school, "noor.claes", NEW) == 0
