"""Another run writes while a command reads, hashes or asks: the result is that of one after the other."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from world import AS_OF, World, members, row, workbook_cells

from leerid_cli.accounts import own_password
from leerid_cli.errors import BusyError, RefusedError
from leerid_cli.model.batches import BatchOptions
from leerid_cli.model.requests import AccountRequest
from leerid_cli.outputs.bundle_members import WORKBOOK
from leerid_cli.run import Run
from leerid_cli.settings.load import load_settings
from leerid_cli.workflows import (
    adopt,
    create_accounts,
    import_files,
    issue_batch,
    reserve_usernames,
    suspend,
)
from leerid_cli.workflows.confirmation import Consent
from leerid_cli.workflows.create_accounts import CreateOptions
from leerid_cli.workflows.selection import Selection
from leerid_cli.workflows.suspend import SuspendOptions

ON = date(2026, 11, 24)
EMMA = row("1", insz="15030700157", hoofdstructuur="311", klas="1A")
JAN = row("2", voornaam="Jan", insz="15030700256", hoofdstructuur="311", klas="1A")
NAMESAKE = row(
    "3", geboortedatum="2015-03-08", insz="15030800127", hoofdstructuur="311", klas="1B"
)  # another Emma Peeters
KNOWN, OWN, OTHER = "bcdf2345", "a password of my own", "another one of my own"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEERID_BCRYPT_COST", "4")


@pytest.fixture
def school(world: World) -> World:
    assert world.run("import", world.pupils(EMMA, JAN, NAMESAKE)).code == 0
    return world


def before(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, *actions: Callable[[], None]
) -> list[int]:
    """Let each call of a function be followed by the next of these actions; returns the list of calls."""
    real, left = getattr(module, name), list(actions)
    calls: list[int] = []

    def called(*arguments: Any, **options: Any) -> Any:
        calls.append(len(calls))
        result = real(*arguments, **options)
        if left:
            left.pop(0)()
        return result

    monkeypatch.setattr(module, name, called)
    return calls


def doing(world: World, *line: object, stdin: str = "", code: int = 0) -> Callable[[], None]:
    """Return a function that runs the program beside another run."""

    def do() -> None:
        done = world.run("--wait", 0, *line, stdin=stdin)
        assert done.code == code, done.err

    return do


def asking(world: World, answer: Callable[[], None]) -> Run:
    """Return a run at a terminal at which somebody says yes, but only after another run has been there."""

    def confirm(_question: str) -> bool:
        answer()
        return True

    settings = load_settings(world.store, world.config)
    talk: Any = object()
    return Run(settings, datetime.now(UTC), ON, confirm=confirm, dialogue=talk)


def shown(world: World, pupil: str) -> dict[str, Any]:
    found: dict[str, Any] = world.run("show", pupil, *AS_OF, "--format", "json").json
    return found


def test_an_import_is_planned_anew_where_an_account_was_made_meanwhile(
    school: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = doing(school, "create", "030569/1", *AS_OF, "-o", school.out / "a.zip")
    calls = before(monkeypatch, import_files, "_planned", made)
    gone = school.pupils(JAN, NAMESAKE, name="gone.csv")
    assert school.run("import", gone, "--full", "--accept-departures", "030569:1").code == 0
    assert len(calls) == 2
    assert shown(school, "1")["account"]["suspended"] == "import", "the first plan knew of no account"


def test_an_import_is_not_planned_anew_for_a_password_that_its_owner_changed(
    school: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopted(school)
    change = doing(school, "change-password", "emma.p", stdin=f"{KNOWN}\n{OWN}\n")
    calls = before(monkeypatch, import_files, "_planned", change)
    assert school.run("import", school.pupils(EMMA, JAN)).code == 0
    assert len(calls) == 1


def test_an_import_that_never_finds_the_register_as_planned_plans_under_the_lock(
    school: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions = [
        doing(school, "create", "030569/1", *AS_OF, "-o", school.out / "1.zip"),
        doing(school, "create", "030569/2", *AS_OF, "-o", school.out / "2.zip"),
        doing(school, "create", "030569/3", *AS_OF, "-o", school.out / "3.zip", code=8),
    ]
    calls = before(monkeypatch, import_files, "_planned", *actions)
    done = school.run("import", school.pupils(EMMA, JAN, NAMESAKE.replace("1B", "1C")), "--format", "json")
    assert (done.code, done.json["changed"], len(calls)) == (0, 1, 3), done.err


def test_two_first_imports_at_once_are_one_after_the_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = doing(world, "import", world.pupils(EMMA, name="first.csv"))
    before(monkeypatch, import_files, "_planned", first)
    done = world.run("import", world.pupils(EMMA, JAN), "--format", "json")
    assert (done.code, done.json["new"], done.json["unchanged"]) == (0, 1, 1), done.err


def adopted(world: World) -> None:
    rows = f"030569;1;emma.p;{KNOWN}\n030569;2;jan.p;{KNOWN}"
    head = "Instellingsnummer;Stamnummer;LeerID Gebruikersnaam;LeerID Wachtwoord"
    assert world.run("adopt", world.file(f"{head}\n{rows}\n", "accounts.csv"), *AS_OF).code == 0


def test_of_two_changes_of_one_password_one_holds_and_the_other_is_judged_anew(
    school: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopted(school)
    change = doing(school, "change-password", "emma.p", stdin=f"{KNOWN}\n{OTHER}\n")
    before(monkeypatch, own_password, "_check", change)
    late = school.run("change-password", "emma.p", stdin=f"{KNOWN}\n{OWN}\n")
    assert (late.code, "is wrong" in late.err) == (6, True)
    assert school.run("verify", "emma.p", stdin=f"{OTHER}\n").code == 0


def test_a_password_changed_while_its_account_is_suspended_is_refused(
    school: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopted(school)
    before(monkeypatch, own_password, "_check", doing(school, "suspend", "030569/1", *AS_OF))
    late = school.run("change-password", "emma.p", stdin=f"{KNOWN}\n{OWN}\n")
    assert (late.code, "suspended" in late.err) == (6, True)


def test_an_adoption_is_judged_anew_where_an_account_was_made_meanwhile(
    school: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = doing(school, "create", "030569/1", "--username", "emma.p", *AS_OF, "-o", school.out / "a.zip")
    calls = before(monkeypatch, adopt, "judge", made)
    adopted(school)
    assert len(calls) == 2
    assert school.run("verify", "emma.p", stdin=f"{KNOWN}\n").code == 0


def test_an_adoption_gives_up_where_the_register_keeps_changing(
    school: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions = [
        doing(school, "import", school.pupils(EMMA.replace("1A", f"1{letter}"), JAN, name=f"{letter}.csv"))
        for letter in "CDE"
    ]
    before(monkeypatch, adopt, "judge", *actions)
    file = school.file(
        f"Instellingsnummer;Stamnummer;LeerID Gebruikersnaam;LeerID Wachtwoord\n030569;1;emma.p;{KNOWN}\n",
        "accounts.csv",
    )
    assert school.run("adopt", file, *AS_OF).code == 8
    assert shown(school, "1")["account"] is None


def bulk(world: World, answer: Callable[[], None], **selected: Any) -> Any:
    options = CreateOptions(batch_options=BatchOptions(output=world.out / "new.zip"), everything=True)
    return create_accounts.bulk_create(asking(world, answer), Selection(**selected), ON, options)


def test_who_got_an_account_while_somebody_was_asked_is_skipped(school: World) -> None:
    other = doing(school, "create", "030569/2", *AS_OF, "-o", school.out / "2.zip")
    report = bulk(school, other, classes=("1A",))
    assert (report.status, report.counts["created"]) == ("partial", 1)
    assert [one.pupil for one in report.skipped] == ["030569/2"]


def test_where_all_got_their_accounts_meanwhile_nothing_is_made(school: World) -> None:
    other = doing(school, "bulk-create", "--class", "1A", *AS_OF, "-o", school.out / "2.zip")
    with pytest.raises(BusyError):
        bulk(school, other, classes=("1A",))
    assert not (school.out / "new.zip").exists()


def test_a_generated_username_that_was_given_out_meanwhile_gives_way_to_the_next(school: World) -> None:
    other = doing(school, "create", "030569/3", *AS_OF, "-o", school.out / "3.zip")
    assert bulk(school, other, classes=("1A",)).counts["created"] == 2
    names = [shown(school, pupil)["account"]["username"] for pupil in "312"]
    assert names == ["emma.peeters", "emma.peeters1", "jan.peeters"]


def test_a_chosen_username_that_was_given_out_meanwhile_is_refused(school: World) -> None:
    other = doing(school, "create", "030569/3", "--username", "jan.p", *AS_OF, "-o", school.out / "3.zip")
    output = BatchOptions(output=school.out / "new.zip")
    wanted = CreateOptions(AccountRequest(username="jan.p"), output)
    run = replace(asking(school, other), dialogue=None)
    with pytest.MonkeyPatch.context() as patch:
        before(patch, issue_batch, "bundle_for", other)
        with pytest.raises(RefusedError, match="taken"):
            create_accounts.create(run, "030569/2", ON, wanted)
    assert not (school.out / "new.zip").exists()
    assert shown(school, "2")["account"] is None


def test_who_changed_class_while_somebody_was_asked_gets_a_card_of_the_new_class(school: World) -> None:
    other = doing(school, "import", school.pupils(EMMA, JAN.replace("1A", "1C"), NAMESAKE, name="new.csv"))
    assert bulk(school, other, classes=("1A",)).counts["created"] == 2
    header, *rows = workbook_cells(members(school.out / "new.zip")[WORKBOOK])
    classes = [dict(zip(header, cells, strict=True))["Klas"] for cells in rows]
    assert classes == ["1A", "1C"], "in the order of class lists"


def test_a_suspension_of_pupils_who_were_changed_meanwhile_is_refused(school: World) -> None:
    adopted(school)
    other = doing(school, "suspend", "030569/2", *AS_OF)
    with pytest.raises(RefusedError, match="meanwhile"):
        suspend.suspend(asking(school, other), Selection(classes=("1A",)), ON, SuspendOptions())
    assert shown(school, "1")["account"]["suspended"] == ""


def test_a_username_given_out_while_somebody_was_asked_is_not_reserved_twice(school: World) -> None:
    other = doing(school, "create", "030569/2", "--username", "jan.p", *AS_OF, "-o", school.out / "2.zip")
    report = reserve_usernames.reserve(asking(school, other), "names", "jan.p\nna.am\n", Consent())
    assert (report.counts["reserved"], report.counts["taken"]) == (1, 1)
