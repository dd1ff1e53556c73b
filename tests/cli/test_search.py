"""`search`: which words and options find a pupil, and how the list is printed."""

import csv
import io
import json
import sqlite3

import pytest
from terminal import at_terminal
from world import AS_OF, World, row

from leerid_cli.exports.pupil_rows import COLUMNS

ROWS = (
    row("1204", naam="Wiśniewski", voornaam="Łukasz", klas="10A", insz="15030700157",
        administratieve_groep="1015", administratieve_groep_omschrijving="5de leerjaar"),
    row("1205", naam="De Smet-D’Hondt", voornaam="Zoë", klas="2A"),
    row("77", naam="Peeters", voornaam="Lukas", hoofdstructuur="311", instellingsnummer="041871", klas="2A",
        geboortedatum="2003-03-07", insz="03030700196"),
    row("0012", naam="=1+1 \"Bo\", Maes", voornaam="", instellingsnummer="041871", klas="1B", einddatum="2026-10-01"),
)  # fmt: skip


@pytest.fixture
def school(world: World) -> World:
    """Pupils who are active (1204, with the username wislu), ineligible, without an account, and gone."""
    with world.config.open("a") as config:
        config.write('[schools."041871"]\nname = "De Brug"\n')
    assert world.run("import", world.pupils(*ROWS)).code == 0
    known = "Stamnummer;LeerID Gebruikersnaam;LeerID Wachtwoord\n1204;wislu;kikker77\n"
    assert world.run("adopt", world.file(known, "known.csv"), "--school", "030569", *AS_OF).code == 0
    return world


def found(world: World, *arguments: str, stdin: str = "") -> list[str]:
    """Return the stamnummers of those who are found, in the order of the list; none where the exit code is 5."""
    done = world.run("search", *arguments, *AS_OF, "--format", "json", stdin=stdin)
    assert done.code == (0 if done.out else 5), done.err
    return [pupil["stamnummer"] for pupil in done.json] if done.out else []


WORDS = {
    (): ["1205", "1204", "0012", "77"],  # by school and class: 2A before 10A
    ("lukasz",): ["1204"],
    ("ŁUKASZ",): ["1204"],
    ("Łukasz",): ["1204"],
    ("lukas",): ["1204", "77"],
    ("luk", "wis"): ["1204"],
    ("luk wis",): ["1204"],
    ("zoe",): ["1205"],
    ("dhondt",): ["1205"],
    ("desmet",): ["1205"],
    ("smet", "zoë"): ["1205"],
    ("120",): ["1205", "1204"],
    ("0012",): ["0012"],
    ("wislu",): ["1204"],
    ("12",): ["1205", "1204"],
    ("iewski",): [],
    ("lukasz", "peeters"): [],
    ("030569/1204",): [],
}
OPTIONS = {
    ("--school", "041871"): ["0012", "77"],
    ("--school", "de brug"): ["0012", "77"],
    ("--school", "041871", "--school", "030569"): ["1205", "1204", "0012", "77"],
    ("--class", "2a"): ["1205", "77"],
    ("--class", "2A", "--school", "De Brug"): ["77"],
    ("--class", "2"): [],
    ("--class", "2A", "--class", "1B"): ["1205", "0012", "77"],
    ("--group", "1015"): ["1204"],
    ("--group", "5DE LEERJAAR"): ["1204"],
    ("--status", "active"): ["1204"],
    ("--status", "ineligible"): ["1205"],
    ("--status", "none", "--status", "left"): ["0012", "77"],
    ("--type", "gevorderd"): ["77"],
    ("--type", "basis"): ["1205", "1204", "0012"],
    ("lukas", "--type", "gevorderd"): ["77"],
}


def test_each_word_begins_a_stamnummer_a_name_or_a_username(school: World) -> None:
    assert {words: found(school, *words) for words in WORDS} == WORDS


def test_options_select(school: World) -> None:
    assert {options: found(school, *options) for options in OPTIONS} == OPTIONS


def test_a_list_of_pupils_is_searched(school: World) -> None:
    listed = "\ufeff041871/77\n\nwislu\n"
    assert found(school, "--from", "-", stdin=listed) == ["1204", "77"]
    assert found(school, "peeters", "--from", str(school.file(listed, "list.txt"))) == ["77"]
    unknown = school.run("search", "--from", "-", *AS_OF, stdin="041871/77\n041871/78\n")
    assert (unknown.code, "041871/78" in unknown.err) == (5, True)


def test_the_date_decides_who_is_where(school: World) -> None:
    (pupil,) = school.run("search", "0012", "--as-of", "2026-09-15", "--format", "json").json
    assert pupil["status"] == "ineligible"
    (pupil,) = school.run("search", "0012", *AS_OF, "--format", "json").json
    assert pupil["status"] == "left"


def test_nobody_found_is_exit_5(school: World) -> None:
    for line in (("niemand",), ("--class", "9Z"), ("--school", "999999"), ("--from", "-")):
        done = school.run("search", *line, *AS_OF)
        assert (done.code, done.out) == (5, ""), line
        assert done.err.startswith("leerid: "), line


def test_every_format_has_the_same_exact_values(school: World, monkeypatch: pytest.MonkeyPatch) -> None:
    pupils = school.run("search", *AS_OF, "--format", "json").json
    assert list(pupils[1].values()) == [
        "030569", "1204", "Wiśniewski", "Łukasz", "1015", "10A", "basis", "active", "wislu", "",
    ]  # fmt: skip
    assert (pupils[2]["stamnummer"], pupils[2]["naam"]) == ("0012", '=1+1 "Bo", Maes')
    text = school.run("search", *AS_OF, "--format", "csv").out
    assert list(csv.DictReader(io.StringIO(text), delimiter=";")) == pupils
    assert tuple(text.splitlines()[0].split(";")) == COLUMNS
    lines = school.run("search", *AS_OF, "--format", "jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == pupils
    ids = school.run("search", *AS_OF, "--format", "ids").out.splitlines()
    assert ids == [f"{pupil['school']}/{pupil['stamnummer']}" for pupil in pupils]
    monkeypatch.setenv("COLUMNS", "140")
    table = school.run("search", "lukasz", *AS_OF, "--format", "table").out
    assert all(value in table for value in pupils[1].values())


def test_a_pipe_gets_csv_and_a_terminal_a_table_or_what_is_asked_for(school: World) -> None:
    csv_text = school.run("search", "lukasz", *AS_OF, "--format", "csv").out
    assert school.run("search", "lukasz", *AS_OF).out == csv_text
    code, shown = at_terminal(school, "search", "lukasz", *AS_OF)
    assert (code, "Łukasz" in shown, ";" in shown) == (0, True, False)
    code, shown = at_terminal(school, "search", "lukasz", *AS_OF, "--format", "csv")
    assert (code, shown.replace("\r\n", "\n")) == (0, csv_text)


def test_names_cannot_drive_the_terminal_or_the_table(world: World) -> None:
    """Import takes control characters out of names; a store that somebody else wrote may hold them."""
    world.run("import", world.pupils(row("1", insz="15030700157")))
    names = ("[/b]\x1b[31mRood", "[klas]\u202eBo")
    with sqlite3.connect(world.store) as store:
        store.execute("UPDATE person SET naam = ?, voornaam = ?", names)
    code, shown = at_terminal(world, "search", *AS_OF)
    assert code == 0
    assert "[/b]?[31mRood" in shown
    assert "[klas]?Bo" in shown
    assert "\x1b[31m" not in shown
    assert "\u202e" not in shown
    (pupil,) = csv.DictReader(io.StringIO(world.run("search", *AS_OF).out), delimiter=";")
    assert (pupil["naam"], pupil["voornaam"]) == names, "CSV is exact"


def test_a_table_on_a_narrow_terminal_shows_every_column(world: World) -> None:
    """One username of 50 letters must not push out the names of all."""
    world.run(
        "import", world.pupils(row("1", naam="Vandenbroeck-Vanderstappen", voornaam="Elisabeth-Charlotte"))
    )
    with sqlite3.connect(world.store) as store:
        name = "elisabeth-charlotte.vandenbroeck-vanderstappen"
        store.execute("INSERT INTO username VALUES (?, 'issued', 1, '')", (name,))
        store.execute(
            "INSERT INTO account (person, username, type, password_kind, password_hash, must_change, token)"
            " VALUES (1, ?, 'basis', 'word', '', 0, 't')",
            (name,),
        )
    done = world.run("search", *AS_OF, "--format", "table")
    shown = "".join(done.out.split())
    for value in ("Vand", "Elis", "5A", "basis", "active", "elis"):
        assert value in shown


def test_two_schools_of_one_name_are_both_meant(world: World) -> None:
    world.config.write_text('[schools."030569"]\nname = "De Brug"\n[schools."041871"]\nname = "De Brug"\n')
    world.run("import", world.pupils(row("1"), row("2", voornaam="Jan", instellingsnummer="041871")))
    assert len(world.run("search", "--school", "de brug", *AS_OF, "--format", "json").json) == 2
