"""`conflicts link`, `keep` and `undo`: what they say, and that an account stays with its child."""

import json
import sqlite3

import pytest
from terminal import at_terminal
from world import AS_OF, World, row

LENA = row("1", voornaam="Lena", insz="15030700157")
WOUT = row("2", voornaam="Wout", insz="15030700256")
# Their official numbers exchanged, as a mistake in the school's administration.
EXCHANGED = (
    row("1", voornaam="Lena", insz="15030700256"),
    row("2", voornaam="Wout", insz="15030700157"),
)


def give_account(world: World, stamnummer: str, username: str) -> None:
    """Give a pupil an account, without the work of making cards."""
    with sqlite3.connect(world.store) as store:
        (person,) = store.execute(
            "SELECT person FROM registration WHERE stamnummer = ?", (stamnummer,)
        ).fetchone()
        store.execute("INSERT INTO username VALUES (?, 'issued', ?, '')", (username, person))
        store.execute(
            "INSERT INTO account (person, username, type, password_kind, password_hash, must_change, token)"
            " VALUES (?, ?, 'basis', 'word', '', 0, ?)",
            (person, username, username),
        )
        store.execute("INSERT OR IGNORE INTO search_term VALUES (?, ?)", (username, person))


@pytest.fixture
def twins(world: World) -> World:
    """Return a world with twins who both have an account, and whose numbers the last file exchanged."""
    assert world.run("import", world.pupils(LENA, WOUT)).code == 0
    give_account(world, "1", "lena.peeters")
    give_account(world, "2", "wout.peeters")
    assert world.run("import", world.pupils(*EXCHANGED)).code == 4
    return world


def accounts(world: World) -> dict[str, tuple[str, str]]:
    """Return voornaam and username by stamnummer."""
    found = json.loads(world.run("search", *AS_OF, "--format", "json").out)
    return {pupil["stamnummer"]: (pupil["voornaam"], pupil["username"]) for pupil in found}


BOTH = {"1": ("Lena", "lena.peeters"), "2": ("Wout", "wout.peeters")}


def answer(world: World, *words: str) -> list[str]:
    """Give an answer and return what the report says that it does."""
    done = world.run("conflicts", *words, "--format", "json")
    assert done.code == 0, done.err
    return done.json["notes"]


def test_a_wrong_link_that_was_put_back_leaves_the_twins_their_accounts(twins: World) -> None:
    answer(twins, "keep", "030569/1")
    answer(twins, "link", "030569/1", "wout.peeters")
    answer(twins, "link", "030569/1", "lena.peeters")
    assert accounts(twins) == BOTH
    done = twins.run("import", twins.pupils(LENA, WOUT), "--format", "json")
    assert (done.code, done.json["changed_fields"]) == (0, {})
    assert accounts(twins) == BOTH


def test_an_answer_that_a_later_one_contradicts_is_not_followed_again(twins: World) -> None:
    answer(twins, "link", "030569/1", "wout.peeters")
    assert twins.run("import", twins.pupils(LENA, WOUT)).code == 4
    answer(twins, "link", "030569/1", "lena.peeters")
    assert accounts(twins) == BOTH
    assert twins.run("import", twins.pupils(*EXCHANGED)).code == 4
    assert accounts(twins) == BOTH


def test_link_says_whose_the_stamnummer_and_the_data_become(twins: World) -> None:
    before = twins.snapshot()
    done = twins.run("conflicts", "link", "030569/1", "wout.peeters", "--dry-run", "--format", "json")
    assert done.json["notes"] == [
        "030569/1: Peeters, Lena (lena.peeters) → Peeters, Lena (wout.peeters)",
        "wout.peeters: Peeters, Wout, 2015-03-07 → Peeters, Lena, 2015-03-07",
        "the account lena.peeters has no school any more; it stays as it is, in a row of its own in `search`. "
        "If that is wrong: `leerid conflicts undo`",
        "dry run: nothing was written",
    ]
    assert twins.snapshot() == before
    assert answer(twins, "link", "030569/1", "wout.peeters") == done.json["notes"][:-1]


def test_keep_in_a_dry_run_says_what_it_would_do_and_writes_nothing(twins: World) -> None:
    before = twins.snapshot()
    notes = answer(twins, "keep", "030569/1", "--dry-run")
    assert notes == ["nothing changes in the register", "dry run: nothing was written"]
    assert twins.snapshot() == before


@pytest.mark.parametrize("words", [("link", "030569/1", "wout.peeters"), ("keep", "030569/1")])
def test_undo_puts_all_back_as_it_was(twins: World, words: tuple[str, ...]) -> None:
    before = dump(twins)
    answer(twins, *words)
    assert dump(twins) != before
    assert answer(twins, "undo", "--dry-run")[-1] == "dry run: nothing was written"
    answer(twins, "undo")
    assert dump(twins) == before
    assert twins.run("conflicts", "undo").code == 5


def dump(world: World) -> list[tuple[object, ...]]:
    """Return every row of the store but those of the history."""
    with sqlite3.connect(world.store) as store:
        tables = (
            "person",
            "registration",
            "enrolment",
            "account",
            "username",
            "answer",
            "hold",
            "search_term",
        )
        return [(table, *found) for table in tables for found in store.execute(f"SELECT * FROM {table}")]


def test_undo_that_fails_half_way_changes_nothing(twins: World) -> None:
    answer(twins, "link", "030569/1", "wout.peeters")
    before = dump(twins)
    with sqlite3.connect(twins.store) as store:
        store.execute("CREATE TRIGGER fails BEFORE DELETE ON undo BEGIN SELECT raise(FAIL, 'no'); END")
    assert twins.run("conflicts", "undo").code != 0
    assert dump(twins) == before


def test_undo_takes_two_records_apart_that_were_made_one(world: World) -> None:
    """The account of the first record had gone to the second one."""
    world.run("import", world.pupils(row("1"), row("2", naam="Maes")))
    give_account(world, "1", "emma.peeters")
    before = dump(world)
    answer(world, "link", "030569/1", "030569/2")
    found = world.run("show", "emma.peeters", "--format", "json").json
    assert [enrolment["stamnummer"] for enrolment in found["enrolments"]] == ["1", "2"]
    notes = answer(world, "undo")
    assert "the account emma.peeters: Maes, Emma, 2015-03-07 → Peeters, Emma, 2015-03-07" in notes
    assert dump(world) == before


def test_undo_of_a_child_of_its_own_takes_it_out_of_the_register(world: World) -> None:
    twin = row("3", voornaam="Lotte", insz="15030700157")
    world.run("import", world.pupils(LENA))
    world.run("import", world.pupils(LENA, twin))
    answer(world, "keep", "030569/3")
    assert accounts(world)["3"] == ("Lotte", "")
    answer(world, "undo")
    assert "3" not in accounts(world)
    answer(world, "keep", "030569/3")
    assert accounts(world)["3"] == ("Lotte", "")
    assert world.run("import", world.pupils(LENA, twin)).code == 0


def test_undo_is_refused_once_the_child_has_got_an_account(world: World) -> None:
    world.run("import", world.pupils(LENA, WOUT))
    give_account(world, "1", "lena.peeters")
    world.run("import", world.pupils(*EXCHANGED))
    answer(world, "link", "030569/1", "030569/2")
    done = world.run("create", "030569/1", "--output", world.out, *AS_OF)
    assert done.code == 0, done.err
    before = world.snapshot()
    done = world.run("conflicts", "undo")
    assert (done.code, "accounts were made" in done.err, "lena.peeters1" in done.err) == (6, True, True)
    assert world.snapshot() == before


def test_undo_keeps_a_suspension_by_hand_that_came_since(twins: World) -> None:
    answer(twins, "link", "030569/1", "wout.peeters")
    assert twins.run("suspend", "wout.peeters").code == 0
    answer(twins, "undo")
    assert twins.run("show", "wout.peeters", *AS_OF, "--format", "json").json["status"] == "suspended"


def test_after_an_import_nothing_is_undone(twins: World) -> None:
    answer(twins, "link", "030569/1", "wout.peeters")
    twins.run("import", twins.pupils(*EXCHANGED))
    done = twins.run("conflicts", "undo")
    assert (done.code, "since the last import" in done.err) == (5, True)


def test_no_hint_suspends_the_child_whom_an_answer_left_without_school(twins: World) -> None:
    answer(twins, "link", "030569/1", "wout.peeters")
    for words in (("todo", *AS_OF), ("conflicts", "list"), ("conflicts", "undo", "--dry-run")):
        done = twins.run(*words)
        assert "leerid suspend" not in done.out + done.err, words


@pytest.mark.parametrize(
    "words",
    [("link", "030569/1", "wout.peeters"), ("keep", "030569/1"), ("undo",)],
    ids=lambda words: words[0],
)
def test_at_a_terminal_an_answer_asks_first(twins: World, words: tuple[str, ...]) -> None:
    if words == ("undo",):
        answer(twins, "link", "030569/1", "wout.peeters")
    before = dump(twins)
    code, shown = at_terminal(twins, "--lang", "en", "conflicts", *words, prompt="[y/N]", answer="n\n")
    assert (code, dump(twins)) == (6, before)
    assert "nothing changes" in shown if words[0] == "keep" else "→" in shown
    code, _shown = at_terminal(twins, "--lang", "en", "conflicts", *words, "--yes")
    assert code == 0
    assert dump(twins) != before


def test_the_list_says_what_each_answer_means(twins: World) -> None:
    first = twins.run("conflicts", "list", "--format", "json").json[0]
    assert dict(zip(first["commands"], first["meanings"], strict=True)) == {
        "leerid conflicts link 030569/1 lena.peeters": "030569/1 stays with Peeters, Lena (lena.peeters), who gets "
        "the name and birth date of the row: Peeters, Lena, 2015-03-07",
        "leerid conflicts link 030569/1 wout.peeters": "030569/1 goes from Peeters, Lena (lena.peeters) to Peeters, "
        "Wout (wout.peeters), who gets the name and birth date of the row",
        "leerid conflicts keep 030569/1": "030569/1 stays with Peeters, Lena (lena.peeters); nothing is used of "
        "the row that contradicts this",
    }
