"""The rest of the administrator's day: suspend, reactivate, reserve, change-password."""

import sqlite3

import pytest
from terminal import at_terminal
from world import AS_OF, World, row

OLD = "eerste1wachtwoord"
KEY = "official-number.key"
NEW = "twaalf tekens é"
ROWS = (
    row("1", insz="15030700157"),
    row("2", naam="D’Hondt", voornaam="Zoë", geboortedatum="2014-05-06", insz="14450600268"),
    row("3", naam="Claes", voornaam="Noor", geboortedatum="2003-03-07", insz="03030700196", hoofdstructuur="311"),
    row("4", naam="Maes", voornaam="Bo"),
)  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """Return a store and its key: accounts of 1 and 2 (words) and 3 (temporary), pupil 4 without one."""
    world = World(tmp_path_factory.mktemp("day"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEERID_BCRYPT_COST", "4")
        patch.setenv("LEERID_LANG", "en")
        assert world.run("import", world.pupils(*ROWS)).code == 0
        for pupil, kind, password in (
            ("1", "word", "kikker77"),
            ("2", "word", "vijver88"),
            ("3", "temporary", OLD),
        ):
            line = ("create", pupil, *AS_OF, "--password-kind", kind, "--password-stdin", "-o", world.out)
            assert world.run(*line, stdin=password).code == 0
    return world.snapshot(), (world.config.parent / KEY).read_bytes()


@pytest.fixture
def school(world: World, made: tuple[bytes, bytes]) -> World:
    for path, content in zip((world.store, world.config.parent / KEY), made, strict=True):
        path.write_bytes(content)
        path.chmod(0o600)
    return world


def statuses(world: World) -> dict[str, str]:
    rows = world.run("search", *AS_OF, "--format", "json").json
    return {pupil["stamnummer"]: pupil["status"] for pupil in rows}


def history(world: World, pupil: str) -> list[dict[str, object]]:
    found = world.run("show", pupil, *AS_OF, "--format", "json").json["history"]
    return list(found)


def opens(world: World, username: str, password: str) -> int:
    return world.run("verify", username, stdin=password + "\n").code


def test_a_suspended_account_does_not_verify_until_it_is_reactivated(school: World) -> None:
    done = school.run("--reason", "asked by the parents", "suspend", "1", *AS_OF, "--format", "json")
    assert (done.code, done.json["suspended"], done.json["skipped"]) == (0, 1, 0)
    assert (statuses(school)["1"], opens(school, "emma.peeters", "kikker77")) == ("suspended", 6)
    last = history(school, "1")[-1]
    assert (last["event"], last["reason"]) == ("suspended", "asked by the parents")
    assert school.run("reset-password", "1", *AS_OF, "-o", school.out).code == 6
    assert school.run("import", school.pupils(*ROWS)).code == 0
    assert statuses(school)["1"] == "suspended", "an import does not lift what was done by hand"
    done = school.run("reactivate", "emma.peeters", *AS_OF, "--format", "json")
    assert (done.code, done.json["reactivated"]) == (0, 1)
    assert (statuses(school)["1"], opens(school, "emma.peeters", "kikker77")) == ("active", 0)
    assert history(school, "1")[-1]["event"] == "reactivated"


def test_reactivate_also_lifts_what_an_import_did_and_suspend_makes_it_last(school: World) -> None:
    connection = sqlite3.connect(school.store)
    connection.execute("UPDATE account SET suspended = 'import'")
    connection.commit()
    connection.close()
    assert school.run("suspend", "1", *AS_OF).code == 0
    shown = school.run("show", "1", *AS_OF, "--format", "json").json["account"]
    assert shown["suspended"] == "hand"
    assert school.run("reactivate", "2", *AS_OF).code == 0
    assert statuses(school)["2"] == "active"


def test_doing_it_again_changes_nothing(school: World) -> None:
    assert school.run("suspend", "1", *AS_OF).code == 0
    before = school.snapshot()
    again = school.run("suspend", "1", *AS_OF, "--format", "json")
    assert (again.code, again.json["suspended"]) == (0, 0)
    assert again.json["skipped_pupils"][0]["reason"] == "is suspended by hand already"
    assert school.run("reactivate", "2", *AS_OF).code == 0
    assert school.snapshot() == before


def test_a_class_is_suspended_with_its_number_or_a_list(school: World) -> None:
    line = ("suspend", "--class", "5A", *AS_OF)
    refused = school.run(*line)
    assert (refused.code, "--expect 3" in refused.err) == (6, True)
    done = school.run(*line, "--expect", "3", "--format", "json")
    assert (done.code, done.json["suspended"], done.json["skipped"]) == (0, 3, 1)
    listed = school.run("search", "--status", "suspended", *AS_OF, "--format", "ids").out
    done = school.run("reactivate", "--from", "-", *AS_OF, "--format", "json", stdin=listed)
    assert (done.code, done.json["reactivated"]) == (0, 3), "a list names its pupils"
    assert school.run("suspend", "1", "2", *AS_OF).code == 0
    assert school.run("reactivate", "--class", "5A", "--yes", *AS_OF).code == 0
    assert "suspended" not in statuses(school).values()


def test_a_terminal_is_asked_before_a_class_is_suspended(school: World) -> None:
    line = ("suspend", "--class", "5A", *AS_OF)
    code, shown = at_terminal(school, *line, prompt="[y/N]", answer="n\n")
    assert (code, "Suspend 3 accounts?" in shown, statuses(school)["1"]) == (6, True, "active")
    assert at_terminal(school, *line, prompt="[y/N]", answer="y\n")[0] == 0
    assert statuses(school)["1"] == "suspended"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("suspend",), 2, "say for whom"),
        (("reactivate",), 2, "say for whom"),
        (("suspend", "4"), 6, "has no account"),
        (("suspend", "nobody"), 5, "no pupil nobody"),
        (("suspend", "--class", "9Z"), 5, "no pupil found"),
        (("suspend", "1", "--expect", "2"), 6, "1 pupil, not 2"),
        (("reserve", "missing.txt"), 3, "cannot be read"),
        (("reserve", "-"), 3, "no username"),
    ],
)
def test_refusals_change_nothing(school: World, arguments: tuple[str, ...], code: int, words: str) -> None:
    before = school.snapshot()
    as_of = () if arguments[0] == "reserve" else AS_OF
    refused = school.run(*arguments, *as_of)
    assert (refused.code, words in refused.err) == (code, True), refused.err
    assert school.snapshot() == before


def test_reserve_keeps_names_from_being_given_out(school: World) -> None:
    names = school.file("\ufeffbo.maes\n\nEmma.Peeters\nBO.MAES\nbo maes\nbo@school.be\n", "names.txt")
    done = school.run("reserve", names, "--format", "json")
    report = done.json
    assert (done.code, report["status"]) == (4, "partial")
    assert (report["reserved"], report["taken"], report["rejected"]) == (1, 1, 2)
    assert [(problem["line"], problem["code"]) for problem in report["problems"]] == [
        (5, "username"), (6, "username"),
    ]  # fmt: skip
    school.run("import", school.pupils(row("4", naam="Maes", voornaam="Bo", insz="15030700256")))
    assert school.run("create", "4", *AS_OF, "-o", school.out).code == 0
    assert school.run("show", "4", *AS_OF, "--format", "json").json["username"] == "bo.maes1"
    again = school.run("reserve", "-", "--format", "json", stdin="bo.maes\nmilo.maes\n")
    assert (again.code, again.json["reserved"], again.json["taken"]) == (0, 1, 1)
    refused = school.run("rename", "1", "--username", "milo.maes", *AS_OF, "-o", school.out)
    assert (refused.code, "taken" in refused.err) == (6, True)


def test_a_file_with_nothing_usable_is_3_and_names_its_lines(school: World) -> None:
    before = school.snapshot()
    refused = school.run("reserve", "-", stdin="a b\n")
    assert (refused.code, "line 1" in refused.err) == (3, True)
    assert school.snapshot() == before


def test_a_pupil_of_secondary_school_changes_the_temporary_password(school: World) -> None:
    assert school.run("show", "3", *AS_OF, "--format", "json").json["account"]["must_change"] is True
    done = school.run("change-password", "Noor.Claes", stdin=f"{OLD}\n{NEW}\n")
    assert (done.code, done.out, NEW in done.err) == (0, "", False)
    assert (opens(school, "noor.claes", NEW), opens(school, "noor.claes", OLD)) == (0, 6)
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


def test_change_password_is_a_function_for_a_sign_in_page(school: World) -> None:
    from datetime import UTC, datetime

    from leerid_cli.accounts.own_password import change_password
    from leerid_cli.settings.load import load_settings
    from leerid_cli.store.access import Store

    settings = load_settings(school.store, school.config)
    change_password(Store(settings.store), settings.bcrypt_cost, "noor.claes", OLD, NEW, datetime.now(UTC))
    assert opens(school, "noor.claes", NEW) == 0


def test_change_password_asks_three_times_without_echo(school: World) -> None:
    code, shown = at_terminal(
        school, "change-password", "noor.claes", prompt="assword", answer=f"{OLD}\n{NEW}\n{NEW}\n"
    )
    assert (code, OLD in shown, NEW in shown) == (0, False, False), shown
    code, shown = at_terminal(
        school, "change-password", "noor.claes", prompt="assword", answer=f"{NEW}\n{OLD}\nanders\n"
    )
    assert (code, "differ" in shown) == (6, True)
    assert opens(school, "noor.claes", NEW) == 0
