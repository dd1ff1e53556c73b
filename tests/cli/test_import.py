"""`import` through the real program: what it reads, what it refuses, and that refusing changes nothing."""

import csv
import io
import os
import resource
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from world import AS_OF, EXAMPLE, HEADER, World, row

GOOD = row("1", insz="15030700157")
GOOD_DATA = f"{HEADER}\n{GOOD}\n"


@pytest.fixture
def school(world: World) -> World:
    assert world.run("import", world.pupils(GOOD, name="before.csv")).code == 0
    return world


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_encodings_and_delimiters(world: World, encoding: str, delimiter: str) -> None:
    text = f"{HEADER}\n{row('0012', naam='D’Hondt', voornaam='Zoë')}\n".replace(";", delimiter)
    done = world.run("import", world.file(text.encode(encoding)))
    assert done.code == 0, done.err
    (pupil,) = world.run("search", "dhondt", *AS_OF, "--format", "json").json
    assert (pupil["naam"], pupil["voornaam"], pupil["stamnummer"]) == ("D’Hondt", "Zoë", "0012")


def test_the_report_of_an_import(world: World) -> None:
    done = world.run("import", world.pupils(GOOD, row("2", voornaam="Jan")), "--format", "json")
    assert (done.code, done.json["version"], done.json["command"], done.json["status"]) == (
        0,
        1,
        "import",
        "ok",
    )
    counts = {
        name: done.json[name] for name in ("new", "changed", "unchanged", "returned", "left", "withheld")
    }
    assert counts == {"new": 2, "changed": 0, "unchanged": 0, "returned": 0, "left": 0, "withheld": 0}
    assert (done.json["held"], done.json["rejected"]) == (0, 0)
    (problem,) = done.json["problems"]
    assert {name: problem[name] for name in ("line", "column", "code")} == {
        "line": 3,
        "column": "insz",
        "code": "official-missing",
    }
    assert Path(problem["file"]).name == "pupils.csv"


def test_a_new_store_is_announced_even_when_quiet_and_otherwise_quiet_is_silent(world: World) -> None:
    first = world.run("-q", "import", world.pupils(GOOD))
    assert (first.out, first.err.count("\n")) == ("", 1)
    assert str(world.store) in first.err
    second = world.run("-q", "import", world.pupils(GOOD))
    assert (second.code, second.out, second.err) == (0, "", "")


def test_a_school_that_was_not_here_before_is_announced_even_when_quiet(school: World) -> None:
    other = (
        row("7", voornaam="Jan", instellingsnummer="030577"),
        row("8", voornaam="Noor", instellingsnummer="030577"),
    )
    tried = school.run("-q", "import", school.pupils(*other), "--dry-run")
    done = school.run("-q", "import", school.pupils(*other))
    assert done.code == 0
    assert tried.err == done.err
    assert "030577" in done.err
    assert " 2 " in done.err
    again = school.run("-q", "import", school.pupils(*other))
    assert (again.out, again.err) == ("", "")


def test_standard_input_and_several_files_are_one_list(world: World) -> None:
    done = world.run(
        "import", "-", world.pupils(row("2", voornaam="Jan")), "--format", "json", stdin=GOOD_DATA
    )
    assert (done.code, done.json["new"]) == (0, 2)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 \xe2\xe3", "PDF"),
        (b"stamnummer;naam;voornaam\n1;2;3\n", "line 1: missing column: instellingsnummer"),
        (f"{HEADER}\n".encode(), "no row that can be used"),
        (f"{HEADER}\n030569;1;Peeters;Emma\n".encode(), "line 2, column geboortedatum"),
        (f"{HEADER}\n{row('1', hoofdstructuur='411')}\n".encode(), "line 2, column hoofdstructuur"),
        (f'{HEADER}\n{GOOD}\n"open;quote\n'.encode(), "line 3"),
        (b"\xff\xfe\x00", "line 1"),
        (b"naam;voornaam\x81\n", "line 1"),
    ],
)
def test_a_useless_file_is_exit_3_names_the_place_and_changes_nothing(
    school: World, data: bytes, words: str
) -> None:
    before = school.snapshot()
    done = school.run("import", school.file(data, "bad.csv"))
    assert done.code == 3
    assert "bad.csv" in done.err
    assert words in done.err
    assert done.out == ""
    assert school.snapshot() == before


def test_a_useless_file_makes_no_store(world: World) -> None:
    assert world.run("import", world.file(b"")).code == 3
    assert world.run("import", world.folder / "none.csv").code == 3
    assert world.run("import", world.folder).code == 3
    assert not world.store.exists()
    assert not (world.config.parent / "official-number.key").exists()


@pytest.mark.parametrize(
    ("bad", "place"),
    [
        ("030569;2;Janssens;Jef", "line 3, column geboortedatum"),
        (row("2", hoofdstructuur="411"), "line 3, column hoofdstructuur"),
        (row("2", hoofdstructuur="316"), "deeltijds kunstonderwijs"),
        (row("1"), "line 3, column stamnummer"),
        (row("2", geboortedatum="31/02/2015"), "line 3, column geboortedatum"),
        (row(""), "line 3, column stamnummer"),
    ],
)
def test_a_bad_row_is_named_and_the_others_go_through(world: World, bad: str, place: str) -> None:
    file = world.pupils(GOOD, bad)
    done = world.run("import", file)
    assert done.code == 4
    assert place in done.err
    assert len(world.run("search", *AS_OF, "--format", "json").json) == 1


def test_strict_changes_nothing_when_a_row_is_bad(school: World) -> None:
    before = school.snapshot()
    done = school.run(
        "import", "--strict", school.pupils(GOOD, row("2", voornaam="Jan"), row("3", hoofdstructuur="4"))
    )
    assert done.code == 3
    assert "line 4, column hoofdstructuur" in done.err
    assert school.snapshot() == before


def test_a_dry_run_says_the_same_and_writes_nothing(world: World) -> None:
    file = world.pupils(GOOD, row("2", voornaam="Jan"))
    dry = world.run("import", "--dry-run", file, "--format", "json")
    assert (dry.code, dry.json["new"]) == (0, 2)
    assert not world.store.exists()
    world.run("import", file)
    before = world.snapshot()
    again = world.run("import", "--dry-run", world.pupils(GOOD), "--format", "json")
    assert (again.json["unchanged"], world.snapshot()) == (1, before)


def test_rejects_are_private_and_import_after_correction(world: World) -> None:
    rejects = world.folder / "rejects.csv"
    bad = row("2", voornaam="Jan", hoofdstructuur="411", insz="14450600268", geboortedatum="2014-05-06")
    done = world.run("import", world.pupils(GOOD, bad), "--rejects", rejects)
    assert done.code == 4
    assert stat.S_IMODE(rejects.stat().st_mode) == 0o600
    (only,) = csv.DictReader(io.StringIO(rejects.read_text()), delimiter=";")
    assert (only["line"], only["voornaam"], only["insz"]) == ("3", "Jan", "14450600268")
    assert "hoofdstructuur" in only["problem"]
    rejects.write_text(rejects.read_text().replace(";411;", ";211;"))
    again = world.run("import", rejects, "--format", "json")
    assert (again.code, again.json["new"], again.json["notes"][0].count("not used")) == (0, 1, 0)
    assert len(world.run("search", *AS_OF, "--format", "json").json) == 2


def test_a_rejects_file_takes_the_place_of_nothing_else(school: World) -> None:
    bad = school.pupils(GOOD, row("2", hoofdstructuur="4"))
    letter, folder = school.folder / "letter.csv", school.out
    letter.write_text("naam;voornaam\n")
    link = school.folder / "link.csv"
    link.symlink_to(school.folder / "nowhere.csv")
    for path in (school.store, bad, letter, folder, link, "-", "/dev/null", school.config):
        before = school.snapshot()
        content = bad.read_bytes()
        assert school.run("import", bad, "--rejects", path).code == 6, path
        assert (school.snapshot(), bad.read_bytes(), letter.read_text()) == (
            before,
            content,
            "naam;voornaam\n",
        )
    assert school.run("import", bad, "--rejects", school.folder / "none" / "r.csv").code == 7
    for _again in range(2):
        assert school.run("import", bad, "--rejects", school.folder / "r.csv").code == 4


def test_strict_holds_for_rows_that_contradict_the_register(school: World) -> None:
    before = school.snapshot()
    held = school.pupils(row("1", voornaam="Wout"), row("2", voornaam="Jan"))
    done = school.run("import", "--strict", held)
    assert (done.code, school.snapshot()) == (3, before)
    assert "line 2, column stamnummer" in done.err


def test_a_refused_file_makes_no_store_and_changes_no_key(world: World) -> None:
    other = row("1", naam="Maes", voornaam="Wout", geboortedatum="2014-05-06", begindatum="")
    clash = world.pupils(row("1"), other, name="clash.csv")
    assert world.run("import", "--strict", clash).code == 3
    assert not world.store.exists()
    assert not (world.config.parent / "official-number.key").exists()
    world.run("import", world.pupils(GOOD))
    (world.config.parent / "official-number.key").unlink()
    before = world.snapshot()
    assert world.run("import", "--strict", "--new-key", clash).code == 3
    assert world.snapshot() == before


def test_a_store_cut_short_while_it_is_made_is_not_in_the_way(world: World) -> None:
    line = [
        sys.executable,
        "-m",
        "leerid_cli",
        "--db",
        world.store,
        "--config",
        world.config,
        "import",
        EXAMPLE,
    ]
    small = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (16_000, 16_000))  # noqa: E731
    done = subprocess.run([str(word) for word in line], preexec_fn=small, capture_output=True, check=False)
    assert done.returncode == 7
    assert not world.store.exists()
    assert world.run("import", EXAMPLE).code == 0


def test_held_rows_change_nothing_and_stand_in_the_rejects(school: World) -> None:
    other = row("1", naam="Maes", voornaam="Wout", geboortedatum="2014-05-06")
    done = school.run(
        "import", school.pupils(other), "--rejects", school.folder / "r.csv", "--format", "json"
    )
    assert (done.code, done.json["status"], done.json["held"]) == (4, "partial", 1)
    assert done.json["problems"][-1]["code"] == "other-birth-date-and-name"
    (pupil,) = school.run("search", *AS_OF, "--format", "json").json
    assert (pupil["naam"], pupil["voornaam"]) == ("Peeters", "Emma")
    assert "Maes" in (school.folder / "r.csv").read_text()


def test_import_touches_no_username_and_no_password(school: World) -> None:
    school.run(
        "create",
        "1",
        *AS_OF,
        "-o",
        school.out,
        "--password-kind",
        "word",
        "--password-stdin",
        stdin="boom42\n",
    )
    renamed = school.pupils(row("1", naam="Peeters-Maes", insz="15030700157", hoofdstructuur="311"))
    assert school.run("import", renamed, "--format", "json").json["changed"] == 1
    (pupil,) = school.run("search", "maes", *AS_OF, "--format", "json").json
    assert (pupil["username"], pupil["status"]) == ("emma.peeters", "convert")
    assert school.run("verify", "emma.peeters", stdin="boom42").code == 0


def test_a_number_lost_later_takes_no_account_away(school: World) -> None:
    school.run("create", "1", *AS_OF, "-o", school.out)
    school.run("import", school.pupils(row("1", insz="15030700158")))
    assert school.run("search", *AS_OF, "--format", "json").json[0]["status"] == "active"


def test_a_lost_key_stops_import_and_only_import(school: World) -> None:
    key = school.config.parent / "official-number.key"
    for spoil in (key.unlink, lambda: key.write_text("00" * 32)):
        spoil()
        before = school.snapshot()
        refused = school.run("import", school.pupils(GOOD))
        assert refused.code == 7
        assert "--new-key" in refused.err
        assert school.snapshot() == before
        assert school.run("search", "emma", *AS_OF).code == 0
    key.unlink()
    done = school.run("import", "--new-key", school.pupils(GOOD), "--format", "json")
    assert (done.code, done.json["changed"]) == (0, 1)
    assert school.run("import", school.pupils(GOOD), "--format", "json").json["unchanged"] == 1
    moved = school.pupils(row("7", insz="15030700157", instellingsnummer="041871"))
    school.run("import", moved)
    assert len(school.run("search", *AS_OF, "--format", "json").json) == 1


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--profile", "wisax"), 3),
        (("--encoding", "klingon"), 3),
        (("--delimiter", ";;"), 2),
        (("--school", "12"), 2),
        (("--type", "x"), 2),
    ],
)
def test_bad_options(world: World, options: tuple[str, ...], code: int) -> None:
    assert world.run("import", world.pupils(GOOD), *options).code == code
    assert not world.store.exists()


def test_options_stand_in_for_columns(world: World) -> None:
    file = world.file("stamnummer\tnaam\n12\tMaes\n")
    assert world.run("import", file).code == 3
    assert (
        world.run("import", file, "--school", "041871", "--type", "gevorderd", "--delimiter", "tab").code == 0
    )
    (pupil,) = world.run("search", "maes", *AS_OF, "--format", "json").json
    assert (pupil["school"], pupil["type"]) == ("041871", "gevorderd")


def test_an_unwritable_store_is_exit_7(world: World) -> None:
    blocked = world.folder / "file"
    blocked.write_text("")
    done = world.run("--db", blocked / "leerid.db", "import", world.pupils(GOOD))
    assert done.code == 7


def test_the_example_is_registered_as_its_readme_says(world: World) -> None:
    done = world.run("import", EXAMPLE, "--format", "json")
    assert (done.code, done.json["new"], len(done.json["problems"])) == (0, 170, 8)
    listed = world.run("search", "--as-of", "2026-11-24", "--format", "json").json
    assert len(listed) == 170
    counts = {status: sum(pupil["status"] == status for pupil in listed) for status in ("none", "ineligible")}
    assert counts == {"none": 147, "ineligible": 23}
    (changer,) = world.run("search", "2601562", *AS_OF, "--format", "json").json
    assert changer["klas"] == "1B"
    assert world.run("search", "2601562", "--as-of", "2026-10-01", "--format", "json").json[0]["klas"] == "1A"
    ambiguous = world.run("show", "1205113", *AS_OF)
    assert (ambiguous.code, "030569/1205113" in ambiguous.err, "041871/1205113" in ambiguous.err) == (
        6,
        True,
        True,
    )


def test_nothing_private_is_readable_by_others(school: World) -> None:
    for path in (
        school.store,
        school.config.parent / "official-number.key",
        school.store.with_name("leerid.db.lock"),
    ):
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600, path  # noqa: PTH116


@pytest.mark.parametrize("column", ["stamnummer", "klas", "administratieve_groep"])
@pytest.mark.parametrize("number", ["15030700157", "15.03.07-001.57"])
def test_an_official_number_under_another_heading_is_refused_and_kept_nowhere(
    world: World, column: str, number: str
) -> None:
    done = world.run(
        "import", world.pupils(GOOD, row(**({"stamnummer": "2"} | {column: number}))), "--format", "json"
    )
    assert (done.code, done.json["rejected"]) == (4, 1)
    (problem,) = [found for found in done.json["problems"] if not found["warning"]]
    assert (problem["code"], problem["column"]) == ("official-number-here", column)
    assert number.encode() not in world.snapshot()
    assert number not in done.out + done.err


def test_short_global_options_can_be_written_together_behind_the_command(world: World) -> None:
    told = world.run("import", EXAMPLE, "-qv")
    apart = world.run("-q", "-v", "import", EXAMPLE)
    assert (told.code, apart.code) == (0, 0), told.err
    assert "170" not in told.err + told.out
    assert world.run("import", EXAMPLE, "-qx").code == 2
