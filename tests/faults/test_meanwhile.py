"""Other commands between the reservation of a batch and its commit: each with the outcome of docs/design.md.

A run waits at a failpoint when its ZIP is staged. Beside it another command is run to its end; then the waiting
run goes on.
"""

import json
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from scenes import Ended, Scene, Warm, build, printed
from world import AS_OF, Result, members, row

from leerid_cli.rules import hashing
from leerid_cli.store import batch_lock, lock, usernames

# Two pupils in ordinary secondary education, who may change their passwords themselves, and a namesake.
EMMA = row("1", insz="15030700157", hoofdstructuur="311", klas="1A")
JAN = row("2", voornaam="Jan", insz="15030700256", hoofdstructuur="311", klas="1A")
NAMESAKE = row("3", geboortedatum="2015-03-08", insz="15030800127", hoofdstructuur="311", klas="1B")
OWN = "a password of my own"


@pytest.fixture
def creating(tmp_path: Path, warm: Warm) -> Scene:
    """Return a scene in which the account of the first of three pupils is made."""
    scene = Scene(tmp_path / "w", warm)
    scene.done("import", scene.pupils(EMMA, JAN, NAMESAKE))
    scene.done("backup", scene.folder / "copy.db")
    return scene.freeze("create", "030569/1", *AS_OF, "-o", scene.out / "new.zip")


@pytest.fixture
def resetting(tmp_path: Path, warm: Warm) -> Scene:
    """Return a scene in which the first of two accounts gets a new password."""
    scene = Scene(tmp_path / "w", warm)
    scene.done("import", scene.pupils(EMMA, JAN))
    scene.done("bulk-create", "--all", *AS_OF, "-o", scene.out / "first.zip")
    scene.done("backup", scene.folder / "copy.db")
    return scene.freeze("reset-password", "030569/1", *AS_OF, "-o", scene.out / "new.zip")


@dataclass
class Beside:
    """What happened: the command beside, and the run that had waited."""

    scene: Scene
    other: Result
    ended: Ended

    def account(self) -> dict[str, object]:
        """Return the account of the first pupil."""
        (found,) = self.scene.rows("SELECT * FROM account WHERE person = 1")
        return found

    def card_opens(self) -> bool:
        """Tell whether a password on the new card is the present one of the first pupil."""
        present = str(self.account()["password_hash"])
        return any(hashing.matches(word.encode(), present) for word in printed(self.scene.out / "new.zip"))


def beside(scene: Scene, *line: object, stdin: str = "", hook: tuple[object, ...] = ()) -> Beside:
    """Run a command while the one of the scene waits, and check that nothing is broken after both."""
    with scene.waiting_at("batch-made", hook=hook) as ended:
        other = scene.run(*line, stdin=stdin)
    assert ended[0].code == 0, ended[0].err
    assert (scene.broken(), scene.unsettled()) == ([], [])
    return Beside(scene, other, ended[0])


def without_the_first(scene: Scene) -> tuple[object, ...]:
    file = scene.pupils(JAN, name="gone.csv")
    return ("import", file, "--full", "--accept-departures", "030569:1")


def in_another_class(scene: Scene) -> tuple[object, ...]:
    return ("import", scene.pupils(EMMA.replace("1A", "1C"), JAN, name="class.csv"))


def adopted_again(scene: Scene) -> tuple[object, ...]:
    text = "Instellingsnummer;Stamnummer;LeerID Gebruikersnaam;LeerID Wachtwoord\n030569;1;emma.peeters;bcdf2345\n"
    return ("adopt", scene.file(text, "accounts.csv"), *AS_OF)


Line = Callable[[Scene], tuple[object, ...]]
REFUSED: dict[str, Line] = {
    "the same pupil, named": lambda scene: ("create", "030569/1", *AS_OF, "-o", scene.out / "other.zip"),
    "a reset": lambda scene: ("reset-password", "030569/1", *AS_OF, "-o", scene.out / "other.zip"),
    "a new name": lambda scene: (
        "rename",
        "030569/1",
        "--username",
        "e.p",
        *AS_OF,
        "-o",
        scene.out / "o.zip",
    ),
    "an adoption": adopted_again,
    "a merge": lambda scene: ("conflicts", "link", "030569/2", "030569/1"),
    "a restore": lambda scene: ("restore", scene.folder / "copy.db"),
    "the name of its ZIP": lambda scene: ("create", "030569/2", *AS_OF, "-o", scene.out / "new.zip"),
}


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("the same pupil, named", 8),
        ("an adoption", 8),
        ("a merge", 8),
        ("a restore", 8),
        ("the name of its ZIP", 7),
    ],
)
def test_what_is_refused_beside_a_create(creating: Scene, kind: str, code: int) -> None:
    done = beside(creating, *REFUSED[kind](creating))
    assert done.other.code == code, done.other.err
    assert done.card_opens()
    assert set(creating.hashes()) == {1}


@pytest.mark.parametrize("kind", ["a reset", "a new name", "an adoption", "a merge", "a restore"])
def test_what_is_refused_beside_a_reset(resetting: Scene, kind: str) -> None:
    done = beside(resetting, *REFUSED[kind](resetting))
    assert done.other.code == 8, done.other.err
    assert done.card_opens()
    assert done.account()["username"] == "emma.peeters"
    assert resetting.hashes()[2] == resetting.before[2]


@pytest.mark.parametrize("name", ["creating", "resetting"])
def test_who_left_meanwhile_gets_a_suspended_account(name: str, request: pytest.FixtureRequest) -> None:
    scene = request.getfixturevalue(name)
    rest = (JAN, NAMESAKE) if name == "creating" else (JAN,)
    file = scene.pupils(*rest, name="gone.csv")
    done = beside(scene, "import", file, "--full", "--accept-departures", "030569:1")
    assert done.other.code == 0, done.other.err
    assert done.account()["suspended"] == "import"
    assert done.card_opens()
    back = scene.run("import", scene.folder / "pupils.csv")
    assert back.code == 0
    assert done.account()["suspended"] == "", "the import that brings the pupil back lifts it"


@pytest.mark.parametrize("name", ["creating", "resetting"])
def test_another_class_meanwhile_stays_in_the_register(name: str, request: pytest.FixtureRequest) -> None:
    scene = request.getfixturevalue(name)
    done = beside(scene, *in_another_class(scene))
    assert done.other.code == 0, done.other.err
    assert done.card_opens()
    assert scene.rows("SELECT klas FROM enrolment WHERE stamnummer = '1'") == [{"klas": "1C"}]


def test_a_suspension_beside_a_create_finds_no_account(creating: Scene) -> None:
    done = beside(creating, "suspend", "030569/1", *AS_OF)
    assert (done.other.code, done.account()["suspended"]) == (6, "")


def test_a_suspension_beside_a_reset_stays(resetting: Scene) -> None:
    done = beside(resetting, "suspend", "030569/1", *AS_OF)
    assert (done.other.code, done.account()["suspended"]) == (0, "hand")
    assert done.card_opens()


def test_a_change_of_the_own_password_beside_a_reset_is_done_and_the_card_wins(resetting: Scene) -> None:
    known = next(
        word
        for word in printed(resetting.out / "first.zip")
        if hashing.matches(word.encode(), resetting.before[1])
    )
    done = beside(resetting, "change-password", "emma.peeters", stdin=f"{known}\n{OWN}\n{OWN}\n")
    assert done.other.code == 0, done.other.err
    assert done.card_opens()
    assert done.account()["must_change"] == 1
    events = [
        found["event"] for found in resetting.rows("SELECT event FROM history WHERE person = 1 ORDER BY id")
    ]
    assert events[-2:] == ["password-changed", "password-reset"]


def test_a_change_of_an_account_that_is_being_made_finds_none(creating: Scene) -> None:
    assert beside(creating, "change-password", "emma.peeters", stdin=f"x\n{OWN}\n").other.code == 5


def test_a_selection_skips_whom_another_run_serves(creating: Scene) -> None:
    done = beside(
        creating, "bulk-create", "--all", *AS_OF, "-o", creating.out / "other.zip", "--format", "json"
    )
    assert done.other.code == 4
    skipped = [found["pupil"] for found in done.other.json["skipped_pupils"]]
    assert (skipped, done.other.json["created"]) == (["030569/1"], 2)
    assert set(creating.hashes()) == {1, 2, 3}
    assert done.card_opens()


def test_an_adoption_leaves_out_whom_another_run_serves(creating: Scene) -> None:
    head = "Instellingsnummer;Stamnummer;LeerID Gebruikersnaam;LeerID Wachtwoord"
    rows = ("030569;1;emma.peeters;bcdf2345", "030569;2;jan.p;bcdf2345")
    file = creating.file("\n".join((head, *rows)), "accounts.csv")
    with creating.waiting_at("batch-made") as ended:
        other = creating.run("adopt", file, *AS_OF, "--format", "json")
    assert (other.code, other.json["adopted"], other.json["rejected"]) == (4, 1, 1), other.err
    assert [problem["code"] for problem in other.json["problems"]] == ["being-served"]
    assert (ended[0].code, creating.unsettled()) == (0, [])
    names = creating.rows("SELECT person, username FROM account ORDER BY person")
    assert [found["username"] for found in names] == ["emma.peeters", "jan.p"]


def test_a_second_batch_of_other_pupils_is_made_beside(resetting: Scene) -> None:
    done = beside(resetting, "reset-password", "030569/2", *AS_OF, "-o", resetting.out / "other.zip")
    assert done.other.code == 0, done.other.err
    assert done.card_opens()
    words = printed(resetting.out / "other.zip")
    assert any(hashing.matches(word.encode(), resetting.hashes()[2]) for word in words)


def test_a_username_that_a_batch_will_give_is_given_to_nobody_else(creating: Scene) -> None:
    done = beside(creating, "create", "030569/3", *AS_OF, "-o", creating.out / "other.zip")
    assert done.other.code == 0, done.other.err
    names = creating.rows("SELECT person, username FROM account ORDER BY person")
    assert [found["username"] for found in names] == ["emma.peeters", "emma.peeters1"]
    asked = creating.file("emma.peeters\n", "taken.txt")
    assert creating.run("reserve", asked, "--yes").err.startswith("reserve: 0 reserved, 1 taken already")


def test_a_batch_that_is_being_made_is_left_alone_and_said(creating: Scene) -> None:
    with creating.waiting_at("batch-made") as ended:
        recovered = creating.run("recover")
        assert (recovered.code, "is being made by another run" in recovered.err) == (0, True), recovered.err
        items = creating.run("todo", *AS_OF, "--format", "json").json
        kinds = {item["kind"]: item["pupils"] for item in items}
        assert (kinds["being-made"], [item for item in items if item["kind"] == "undelivered"]) == (1, [])
        eligible = [item["pupils"] for item in items if item["kind"] == "eligible"]
        assert sum(eligible) == 2, "whoever is being served is not listed as waiting too"
        batches = [line for line in creating.run("doctor").out.splitlines() if "being made" in line]
        assert len(batches) == 1
        assert creating.run("backup", creating.folder / "second.db").code == 0
    assert ended[0].code == 0, ended[0].err
    assert (creating.broken(), creating.unsettled()) == ([], [])


def test_killed_while_another_batch_is_made_only_the_dead_one_is_undone(creating: Scene) -> None:
    with creating.waiting_at("batch-made") as ended:
        line = ("create", "030569/2", *AS_OF, "-o", creating.out / "other.zip")
        with closing(sqlite3.connect(creating.store)) as store, store:
            store.execute(
                "INSERT INTO batch VALUES ('dead22', 'create', 'intent', 1, '2026-09-01T00:00:00+00:00')"
            )
            store.execute("INSERT INTO reservation VALUES (2, 'dead22', 'account-created', 'jan.peeters')")
        creating.store.with_name("leerid.db.batch-dead22.lock").touch()
        assert creating.run(*line).code == 0
        states = {found["id"]: found["state"] for found in creating.rows("SELECT id, state FROM batch")}
        assert states.pop("dead22") == "aborted"
        assert sorted(states.values()) == ["delivered", "intent"]
        assert not creating.store.with_name("leerid.db.batch-dead22.lock").exists()
    assert ended[0].code == 0, ended[0].err
    assert creating.rows("SELECT username FROM account WHERE person = 2") == [{"username": "jan.peeters"}]


def with_the_store_locked_from(scene: Scene, failpoint: str) -> Ended:
    """Run the command of the scene, with the store locked by somebody else from a failpoint to its end."""
    with ExitStack() as locked:
        with scene.waiting_at(failpoint, hook=("impatient",)) as ended:
            locked.enter_context(lock.exclusive(scene.store, "somebody", 0))
        return ended[0]


@pytest.mark.parametrize("name", ["creating", "resetting"])
def test_a_batch_that_does_not_get_the_store_lock_for_its_commit_makes_nothing(
    name: str, request: pytest.FixtureRequest
) -> None:
    scene = request.getfixturevalue(name)
    ended = with_the_store_locked_from(scene, "batch-verified")
    assert (ended.code, "somebody" in ended.err) == (8, True), ended.err
    assert not list(scene.out.glob(".*.part")), "the passwords go at once, whoever has the store"
    assert scene.run("recover").code == 0
    assert (scene.broken(), scene.unsettled(), scene.hashes() == scene.before) == ([], [], True)
    assert not (scene.out / "new.zip").exists()


def test_a_delivery_that_cannot_be_noted_is_a_warning_and_the_next_run_notes_it(creating: Scene) -> None:
    ended = with_the_store_locked_from(creating, "batch-committed")
    assert (ended.code, "cannot note it yet" in ended.err) == (0, True), ended.err
    assert (creating.out / "new.zip").exists()
    assert creating.rows("SELECT state FROM batch") == [{"state": "committed"}]
    assert creating.run("recover").code == 0
    assert (creating.broken(), creating.unsettled()) == ([], [])


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands that are run in this process see every batch lock as free."""
    monkeypatch.setattr(batch_lock, "_is_locked", lambda _path: False)


@pytest.mark.usefixtures("blind")
def test_control_recovery_that_does_not_ask_the_batch_lock_undoes_a_live_batch(creating: Scene) -> None:
    with creating.waiting_at("batch-verified") as ended:
        assert "was undone" in creating.run("recover").err
    assert (ended[0].code, creating.hashes()) == (7, {}), "the commit notices that its batch is gone"


@pytest.mark.usefixtures("blind")
def test_control_a_commit_without_its_check_makes_an_account_without_a_zip(creating: Scene) -> None:
    with creating.waiting_at("batch-verified", hook=("careless", "check")) as ended:
        assert "was undone" in creating.run("recover").err
    assert (ended[0].code, bool(creating.broken())) == (9, True), ended[0].err


def test_control_without_reservations_two_runs_serve_one_pupil(creating: Scene) -> None:
    with creating.waiting_at("batch-made", hook=("careless", "reservation")) as ended:
        other = creating.run("create", "030569/1", *AS_OF, "-o", creating.out / "other.zip")
    assert (other.code, ended[0].code) == (0, 7), "two runs made the same account; only one could commit"


def test_control_where_reserved_usernames_count_as_free_the_second_batch_fails(
    creating: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usernames, "taken", lambda *_arguments: False)
    monkeypatch.setattr(usernames, "taken_among", lambda *_arguments: set())
    done = beside(creating, "create", "030569/3", *AS_OF, "-o", creating.out / "other.zip")
    assert done.other.code != 0, "the constraint of the table is the last line of defence"
    assert set(creating.hashes()) == {1}


def pupil(number: int, klas: str) -> str:
    """Return the row of a pupil in ordinary secondary education, with a generated official number."""
    digits = 150307000 + number
    check = 97 - (2_000_000_000 + digits) % 97
    return row(
        str(number), voornaam=f"Kind{number}", insz=f"{digits}{check:02}", hoofdstructuur="311", klas=klas
    )


def test_two_hundred_owners_change_their_password_while_three_hundred_accounts_are_made(
    tmp_path: Path, warm: Warm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifty before the run begins its work, a hundred while it waits with its ZIP staged, fifty beside its end."""
    monkeypatch.setenv("LEERID_BCRYPT_COST", "4")
    scene = Scene(tmp_path / "w", warm)
    scene.done("import", scene.pupils(*(pupil(n, "1A" if n <= 200 else "1B") for n in range(1, 501))))
    known = "\n".join(f"030569;{number};kind{number}.p;bcdf2345" for number in range(1, 201))
    head = "Instellingsnummer;Stamnummer;LeerID Gebruikersnaam;LeerID Wachtwoord\n"
    scene.done("adopt", scene.file(head + known, "accounts.csv"), *AS_OF)
    scene.freeze("bulk-create", "--class", "1B", *AS_OF, "-o", scene.out / "new.zip")
    left = iter(range(1, 201))

    def change(count: int) -> None:
        for _turn in range(count):
            number = next(left)
            done = scene.run("change-password", f"kind{number}.p", stdin=f"bcdf2345\n{OWN} {number}\n")
            assert done.code == 0, done.err

    change(50)
    with scene.waiting_at("batch-made", hook=("at_cost", "10")) as ended:
        change(100)
        scene.go_on()
        change(50)
    assert ended[0].code == 0, ended[0].err
    assert scene.unsettled() == []
    accounts = scene.rows("SELECT stamnummer, password_hash FROM account JOIN registration USING (person)")
    hashes = {int(found["stamnummer"]): found["password_hash"] for found in accounts}
    assert len(hashes) == 500
    for number in range(1, 201):
        assert hashing.matches(f"{OWN} {number}".encode(), hashes[number])
    cards = json.loads(members(scene.out / "new.zip")["leerid-accounts.json"])["accounts"]
    assert len(cards) == 300
    for card in cards[::10]:  # each takes a tenth of a second at cost 10
        present = hashes[int(card["stamnummer"])]
        assert present.startswith("$2b$10$")
        assert hashing.matches(card["password"].encode(), present)


@pytest.mark.parametrize("what", ["first file", "noted before"])
def test_control_with_two_files_a_careless_recovery_or_note_is_noticed(
    tmp_path: Path, warm: Warm, what: str
) -> None:
    scene = build("bulk-create", tmp_path / "w", warm).with_two_outputs()
    faults: list[str] = []
    for point in warm.failpoints(scene, *scene.command):
        if not point.startswith(("batch-committed", "name-", "store-")):
            continue
        scene.put_back()
        assert scene.go(failpoint=point.format("kill"), hook=("careless", what)).killed
        if what == "first file" and not scene.delivered() <= {True}:
            (scene.out / "new.zip").write_text("mine")
        scene.go("recover", hook=("careless", what))
        faults += scene.broken()
        if scene.hashes() != scene.before and not (scene.out / "names.txt").exists():
            faults.append("the second file was left behind")
    assert faults
