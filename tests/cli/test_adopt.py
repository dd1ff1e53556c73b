"""`adopt`: accounts that exist in LeerID already are taken over, and what contradicts itself is told."""

import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from bundles import ACCOUNTS, PDFS, accounts_in, text, zipped
from world import AS_OF, World, members, row, workbook_cells

from leerid_cli.tables import archive

HEADER = [
    "Stamnummer", "Administratieve groep", "Voornaam", "Achternaam", "LeerID Gebruikersnaam", "LeerID Wachtwoord",
]  # fmt: skip
WORKBOOK = "leerid-accounts.xlsx"
ROWS = [
    row("101", insz="15030700157"),
    row("102", naam="D’Hondt", voornaam="Zoë", geboortedatum="2014-05-06", insz="14450600268", klas="4B"),
    row(
        "0103", naam="Wiśniewski", voornaam="Łukasz", geboortedatum="2003-03-07", insz="03030700196",
        hoofdstructuur="311", klas="3MT",
    ),
]  # fmt: skip
PICTURES = 8


def book(*rows: list[Any], header: list[str] = HEADER, above: int = 0) -> bytes:
    """Return a workbook as openpyxl writes it: numbers as numbers, empty cells not there."""
    made = openpyxl.Workbook()
    sheet = made.active
    for _line in range(above):
        sheet.append(["LeerID-beheer"])
    for cells in (header, *rows):
        sheet.append(cells)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def emma(username: str = "emma.peeters", password: str | None = "kat234", **other: Any) -> list[Any]:
    cells = {"stamnummer": 101, "voornaam": "Emma", "naam": "Peeters"} | other
    return [cells["stamnummer"], "5de leerjaar", cells["voornaam"], cells["naam"], username, password]


def zoe(username: str = "zoe.dhondt", password: str | None = "boom567") -> list[Any]:
    return [102, "4de leerjaar", "Zoe", "D'Hondt", username, password]


def lukasz(username: str = "lukasz.w", password: str | None = "bcdf2345") -> list[Any]:
    return [103, "3de jaar", "Lukasz", "Wisniewski", username, password]


@pytest.fixture
def school(world: World) -> World:
    assert world.run("import", world.pupils(*ROWS)).code == 0
    return world


def adopt(world: World, data: bytes, *options: object, name: str = "loket.xlsx") -> Any:
    """Adopt one file and return exit code and report."""
    done = world.run("adopt", world.file(data, name), *AS_OF, *options, "--format", "json")
    return done.code, json.loads(done.out) if done.out else done.err


def counts(report: dict[str, Any]) -> tuple[int, ...]:
    return tuple(report[name] for name in ("adopted", "updated", "unchanged", "rejected", "skipped"))


def codes(report: dict[str, Any]) -> list[tuple[int, str]]:
    return [(problem["line"], problem["code"]) for problem in report["problems"]]


def found(world: World, stamnummer: str) -> dict[str, Any]:
    shown: dict[str, Any] = world.run("show", f"030569/{stamnummer}", *AS_OF, "--format", "json").json
    return shown


def query(world: World, sql: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(world.store)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def test_the_workbook_of_the_schoolloket(school: World) -> None:
    code, report = adopt(school, book(emma(), zoe(), lukasz()))
    assert (code, report["status"], counts(report)) == (0, "ok", (3, 0, 0, 0, 0))
    assert (report["batch"], report["output"], list(school.out.iterdir())) == (None, None, [])
    for username, password in (
        ("emma.peeters", "kat234"),
        ("zoe.dhondt", "boom567"),
        ("lukasz.w", "bcdf2345"),
    ):
        assert school.run("verify", username, stdin=password).code == 0
        assert school.run("verify", username, stdin=password + "x").code == 6
    types = {n: (found(school, n)["type"], found(school, n)["account"]) for n in ("101", "102", "0103")}
    assert [kind[0] for kind in types.values()] == ["basis", "basis", "gevorderd"]
    assert [a["password_kind"] for _type, a in types.values()] == ["word", "word", "temporary"]
    assert [a["must_change"] for _type, a in types.values()] == [False, False, True]
    assert found(school, "101")["history"][-1]["event"] == "account-adopted"


def test_who_has_an_account_gets_no_second_one(school: World) -> None:
    adopt(school, book(emma("lukasz.wisniewski"), zoe()))
    made = school.run("bulk-create", "--all", *AS_OF, "-o", school.out, "--format", "json").json
    assert (made["created"], made["skipped"]) == (1, 2)
    assert {s["status"] for s in made["skipped_pupils"]} == {"active"}
    assert found(school, "0103")["username"] == "lukasz.wisniewski1"


def test_columns_in_any_order_under_a_title_and_as_csv(school: World) -> None:
    header = ["Nr", "leerid wachtwoord", "LEERID_GEBRUIKERSNAAM", "Stamnummer"]
    code, report = adopt(school, book([1, "kat234", "emma.peeters", "101"], header=header, above=2))
    assert (code, counts(report)) == (0, (1, 0, 0, 0, 0))
    text = "Stamnummer;Voornaam;Achternaam;LeerID Gebruikersnaam;LeerID Wachtwoord\r\n102;Zoë;D’Hondt;zoe.d;boom567\r\n"
    code, report = adopt(school, text.encode("cp1252"), name="loket.csv")
    assert (code, counts(report)) == (0, (1, 0, 0, 0, 0))
    assert school.run("verify", "zoe.d", stdin="boom567").code == 0


def test_adopting_twice_changes_nothing(school: World) -> None:
    data = book(emma(), zoe(password=None), lukasz())
    adopt(school, data)
    before = school.snapshot()
    code, report = adopt(school, data)
    assert (code, counts(report)) == (0, (0, 0, 3, 0, 0))
    assert school.snapshot() == before
    quiet = school.run("-q", "adopt", school.file(data, "loket.xlsx"), *AS_OF)
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")


def test_an_account_without_password_can_get_one_later(school: World) -> None:
    _code, report = adopt(school, book(emma(password=None)))
    assert counts(report) == (1, 0, 0, 0, 0)
    assert found(school, "101")["account"]["password_known"] is False
    for attempt in ("", "kat234"):
        refused = school.run("verify", "emma.peeters", stdin=attempt)
        assert (refused.code, "not known here" in refused.err) == (6, True)
    _code, report = adopt(school, book(emma()))
    assert (counts(report), codes(report)) == ((0, 1, 0, 0, 0), [])
    assert school.run("verify", "emma.peeters", stdin="kat234").code == 0
    assert found(school, "101")["history"][-1]["event"] == "password-adopted"


def test_another_password_in_the_file_is_the_newer_truth(school: World) -> None:
    adopt(school, book(emma()))
    token = query(school, "SELECT token FROM account")
    code, report = adopt(school, book(emma(password="vis789")))
    assert (code, counts(report)) == (0, (0, 1, 0, 0, 0))
    assert codes(report) == [(2, "password-replaced")]
    assert school.run("verify", "emma.peeters", stdin="vis789").code == 0
    assert school.run("verify", "emma.peeters", stdin="kat234").code == 6
    assert query(school, "SELECT token FROM account") == token


def test_without_a_store_the_usernames_are_kept_free_and_adopted_after_the_import(world: World) -> None:
    first = world.run("-q", "adopt", world.file(book(emma("lukasz.wisniewski")), "loket.xlsx"), *AS_OF)
    assert first.code == 4
    assert f"a new store was made: {world.store}" in first.err
    assert "not in the register" in first.err
    assert query(world, "SELECT username, origin, person FROM username") == [
        ("lukasz.wisniewski", "adopted", None)
    ]
    assert world.run("import", world.pupils(*ROWS)).code == 0
    assert world.run("create", "0103", *AS_OF, "-o", world.out).code == 0
    assert found(world, "0103")["username"] == "lukasz.wisniewski1"
    code, report = adopt(world, book(emma("lukasz.wisniewski")))
    assert (code, counts(report)) == (0, (1, 0, 0, 0, 0))
    assert found(world, "101")["username"] == "lukasz.wisniewski"


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        ([emma(stamnummer=999)], [(2, "not-registered")]),
        ([emma(voornaam="Mohammed")], [(2, "other-name")]),
        ([emma(naam="Vandenbroucke")], [(2, "other-name")]),
        ([emma(), emma("emma.p")], [(2, "one-pupil-two-usernames"), (3, "one-pupil-two-usernames")]),
        ([emma(), emma(password="vis789")], [(2, "one-pupil-two-passwords"), (3, "one-pupil-two-passwords")]),
        ([emma("x.y"), zoe("X.Y")], [(2, "one-username-two-pupils"), (3, "one-username-two-pupils")]),
        ([emma("x.y"), emma("x.y", stamnummer=999)], [(2, "one-username-two-pupils"), (3, "not-registered"),
                                                      (3, "one-username-two-pupils")]),
        ([emma("lukasz.known")], [(2, "username-taken")]),
        ([lukasz("other.name")], [(2, "other-username")]),
        ([emma(stamnummer=None)], [(2, "no-stamnummer")]),
        ([emma(stamnummer="1 01")], [(2, "stamnummer")]),
        ([emma(password="x" * 73)], [(2, "password")]),
        ([emma(password="kat\t234")], [(2, "password")]),
    ],
)  # fmt: skip
def test_clashes_are_reported_and_only_sound_rows_count(
    school: World, rows: list[list[Any]], problems: list[tuple[int, str]]
) -> None:
    adopt(school, book(lukasz("lukasz.known")))
    before = query(school, "SELECT * FROM account")
    code, report = adopt(school, book(*rows))
    assert (code, report["status"]) == (4, "partial")
    assert sorted(codes(report)) == problems
    assert all(problem["file"].endswith("loket.xlsx") for problem in report["problems"])
    assert counts(report) == (0, 0, 0, len(rows), 0)
    assert query(school, "SELECT * FROM account") == before
    # What LeerID has issued is not given to anybody, whatever else is wrong with its row.
    taken = {name.lower() for (name,) in query(school, "SELECT username FROM username")}
    assert {cells[4].lower() for cells in rows} <= taken


@pytest.mark.parametrize(
    "username", ["", "a@b", "x" * 51, "emma peeters", "emma\u00a0p", "emma\u200bp", "emma\x07"[:4] + "\u202e"]
)
def test_a_username_that_no_account_can_have(school: World, username: str) -> None:
    code, report = adopt(school, book(emma(username), zoe("Zoe_D.1")))
    assert (code, codes(report), counts(report)) == (4, [(2, "username")], (1, 0, 0, 1, 0))
    assert report["problems"][0]["column"] == "LeerID Gebruikersnaam"
    assert query(school, "SELECT username FROM username") == [("Zoe_D.1",)]
    assert [
        pupil["stamnummer"] for pupil in school.run("search", "zoe_d", *AS_OF, "--format", "json").json
    ] == ["102"]


@pytest.mark.parametrize(
    "username", ["\u0435mma.peeters", "emma\uff0epeeters"], ids=["Cyrillic", "full width"]
)
def test_a_username_that_only_looks_like_one_here_is_left_to_a_person(school: World, username: str) -> None:
    adopt(school, book(emma("emma.peeters")))
    code, report = adopt(school, book(zoe(username)))
    assert (code, codes(report), counts(report)) == (4, [(2, "username-looks-alike")], (0, 0, 0, 1, 0))
    assert "emma.peeters" in report["problems"][0]["message"]
    assert found(school, "102")["username"] == ""


def test_of_two_usernames_in_a_file_that_look_alike_the_unusual_one_is_left_out(school: World) -> None:
    code, report = adopt(school, book(emma("emma.p"), zoe("emm\u0430.p")))
    assert (code, codes(report), counts(report)) == (4, [(3, "username-looks-alike")], (1, 0, 0, 1, 0))


def test_sound_rows_go_through_beside_clashes(school: World) -> None:
    code, report = adopt(school, book(emma(voornaam="Mohammed"), zoe(), lukasz()))
    assert (code, counts(report)) == (4, (2, 0, 0, 1, 0))
    assert school.run("verify", "zoe.dhondt", stdin="boom567").code == 0


def test_several_schools_need_the_school(world: World) -> None:
    rows = (*ROWS, row("101", naam="Maes", voornaam="Warre", instellingsnummer="041871"))
    world.run("import", world.pupils(*rows))
    before = world.snapshot()
    code, message = adopt(world, book(emma()))
    assert code == 3
    assert "--school NR" in message
    assert world.snapshot() == before
    code, report = adopt(world, book(emma()), "--school", "041871")
    assert (code, codes(report)) == (4, [(2, "other-name")])
    assert adopt(world, book(emma()), "--school", "030569")[0] == 0
    assert adopt(world, book(emma()), "--school", "30569")[0] == 2
    header = [*HEADER, "Instellingsnummer"]
    code, report = adopt(
        world, book([101, "", "Warre", "Maes", "warre.m", "vis789", 41871], header=header), name="b.xlsx"
    )
    assert (code, counts(report)) == (0, (1, 0, 0, 0, 0))


def test_who_has_left_gets_a_suspended_account(world: World) -> None:
    world.run("import", world.pupils(row("101", einddatum="2026-10-01", insz="15030700157")))
    code, report = adopt(world, book(emma()), "--cards", "-o", world.out)
    assert (code, counts(report)) == (0, (1, 0, 0, 0, 1))
    assert (found(world, "101")["status"], found(world, "101")["account"]["suspended"]) == (
        "suspended",
        "import",
    )
    assert report["skipped_pupils"][0]["status"] == "suspended"
    assert list(world.out.iterdir()) == []


def test_passwords_that_fit_no_rule_are_kept_as_they_are(school: World) -> None:
    rows = (emma(password="Kat-23é"), zoe(password="Zon"), lukasz(password="MijnEigenLangeWachtwoord!"))
    assert adopt(school, book(*rows))[0] == 0
    for cells in rows:
        assert school.run("verify", cells[4], stdin=cells[5]).code == 0
        assert school.run("verify", cells[4], stdin=cells[5].lower()).code == 6
    assert found(school, "0103")["account"]["must_change"] is False
    code, report = adopt(school, book(*rows))
    assert (code, counts(report)) == (0, (0, 0, 3, 0, 0))


@pytest.mark.parametrize(
    ("account_type", "kind", "password", "outcome"),
    [
        ("gevorderd", "", "bcdf2345", ("gevorderd", "temporary", "convert")),
        ("", "tijdelijk", "bcdf2345", ("gevorderd", "temporary", "convert")),
        ("Basis", "Woord", "bcdf2345", ("basis", "word", "active")),
        ("basis", "afbeelding", "kat234", "password"),
        ("gevorderd", "woord", "kat234", "password-kind"),
        ("", "liedje", "kat234", "password-kind"),
        ("directie", "", "kat234", "type"),
    ],
)
def test_type_and_kind_columns(
    school: World, account_type: str, kind: str, password: str, outcome: tuple[str, ...] | str
) -> None:
    header = [*HEADER, "Accounttype", "Wachtwoordsoort"]
    code, report = adopt(school, book([*emma(password=password), account_type, kind], header=header))
    if isinstance(outcome, str):
        assert (code, codes(report)) == (4, [(2, outcome)])
    else:
        account = found(school, "101")["account"]
        assert (account["type"], account["password_kind"], found(school, "101")["status"]) == outcome


def two_worlds(tmp_path: Path) -> tuple[World, World]:
    worlds = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        worlds.append(World(tmp_path / name))
        assert worlds[-1].run("import", worlds[-1].pupils(*ROWS)).code == 0
    return worlds[0], worlds[1]


def accounts(world: World) -> list[tuple[Any, ...]]:
    return query(
        world,
        "SELECT stamnummer, username, type, password_kind, must_change, token FROM account"
        " JOIN registration USING (person) ORDER BY stamnummer",
    )


@pytest.mark.parametrize("made", ["as it is", "older", "older, in folders"])
def test_a_bundle_of_ours_in_another_store(tmp_path: Path, made: str) -> None:
    """Older ones hold workbooks alone: one, or one in each folder."""
    one, two = two_worlds(tmp_path)
    assert one.run("bulk-create", "--all", *AS_OF, "-o", one.out / "a.zip").code == 0
    bundle = (one.out / "a.zip").read_bytes()
    header, *rows = workbook_cells(members(one.out / "a.zip")[WORKBOOK])
    if made == "older":
        bundle = zipped({WORKBOOK: members(one.out / "a.zip")[WORKBOOK]})
    elif made == "older, in folders":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive_:
            for number, cells in enumerate(rows):
                archive_.writestr(f"klas {number}/{WORKBOOK}", book(cells, header=header))
                archive_.writestr(f"klas {number}/leerid-kaartjes-a4.pdf", b"%PDF")
        bundle = out.getvalue()
    code, report = adopt(two, bundle, name="a.zip")
    assert (code, counts(report), report["notes"][:-1]) == (0, (3, 0, 0, 0, 0), [])
    assert accounts(two) == accounts(one)
    for username, password in [(cells[4], cells[5]) for cells in rows]:
        assert two.run("verify", username, stdin=password).code == 0
    assert {cells[9] for cells in rows} == {"afbeelding", "tijdelijk"}
    assert adopt(one, bundle, name="a.zip")[1]["unchanged"] == 3


@pytest.mark.parametrize(
    "line",
    [
        ("create", "0103"),
        ("bulk-create", "--all", "--only", "stickers"),
        ("bulk-create", "--all", "--split", "class", "--only", "a4"),
    ],
    ids=lambda line: " ".join(line),
)
def test_cards_are_printed_again_from_any_zip(tmp_path: Path, line: tuple[str, ...]) -> None:
    one, two = two_worlds(tmp_path)
    assert one.run(*line, *AS_OF, "-o", one.out / "a.zip").code == 0
    made = members(one.out / "a.zip")
    assert not any(name.endswith(WORKBOOK) for name in made)
    for world in (two, one):
        options = ("--cards", "-o", world.out / "b.zip", *line[2:])
        code, report = adopt(world, (one.out / "a.zip").read_bytes(), *options, name="a.zip")
        assert (code, report["rejected"], report["skipped"]) == (0, 0, 0)
        assert accounts_in(world.out / "b.zip") == accounts_in(one.out / "a.zip")
        printed = members(world.out / "b.zip")
        for name in made:
            if name.endswith(".pdf"):
                assert set(text(made[name]).splitlines()) <= set(text(printed[name]).splitlines()), name
    assert accounts(two) == accounts(one)


def test_a_zip_with_accounts_twice_counts_them_once(tmp_path: Path) -> None:
    """A workbook is not read beside the accounts for leerid, nor below them; one elsewhere is an older ZIP."""
    one, two = two_worlds(tmp_path)
    assert one.run("bulk-create", "--class", "5A", *AS_OF, "-o", one.out / "a.zip").code == 0
    other = book(emma("somebody.else", "vis789"))
    here = members(one.out / "a.zip")[ACCOUNTS]
    bundle = zipped({f"a/{WORKBOOK}": other, f"a/{ACCOUNTS}": here, f"a/1A/{WORKBOOK}": other})
    code, report = adopt(two, bundle, name="a.zip")
    assert (code, counts(report)) == (0, (1, 0, 0, 0, 0))
    assert accounts(two) == accounts(one)
    code, report = adopt(two, zipped({f"a/{ACCOUNTS}": here, f"b/{WORKBOOK}": book(zoe())}), name="b.zip")
    assert (code, counts(report)) == (0, (1, 0, 1, 0, 0))
    unknown = World(tmp_path / "two" / "out")
    code, report = adopt(unknown, (one.out / "a.zip").read_bytes(), name="a.zip")
    assert (code, report["rejected"], codes(report)) == (4, 1, [(2, "not-registered")])
    assert report["problems"][0]["file"].endswith(f"a.zip/{ACCOUNTS}")
    assert report["problems"][0]["column"] == "stamnummer"


def test_whether_a_password_must_be_changed_is_kept(tmp_path: Path) -> None:
    """The length of a temporary password does not tell: the administrator may type a long one."""
    one, two = two_worlds(tmp_path)
    typed = "long-Enough-42x"
    assert (
        one.run("create", "0103", "--password-stdin", *AS_OF, "-o", one.out / "a.zip", stdin=typed).code == 0
    )
    assert adopt(two, (one.out / "a.zip").read_bytes(), name="a.zip")[0] == 0
    assert accounts(two) == accounts(one)
    assert found(two, "0103")["account"]["must_change"] is True
    assert two.run("verify", accounts(two)[0][1], stdin=typed).code == 0


def test_a_password_that_the_pupil_chose_stays_chosen(tmp_path: Path) -> None:
    one, two = two_worlds(tmp_path)
    assert adopt(one, book(lukasz(password="MijnEigenWoord-9")), "--cards", "-o", one.out / "a.zip")[0] == 0
    assert [account["must_change"] for account in accounts_in(one.out / "a.zip")] == [False]
    assert adopt(two, (one.out / "a.zip").read_bytes(), name="a.zip")[0] == 0
    assert found(two, "0103")["account"]["must_change"] is False


def test_a_rename_in_a_zip_is_a_clash_but_for_restore(tmp_path: Path) -> None:
    one, two = two_worlds(tmp_path)
    assert one.run("create", "101", *AS_OF, "-o", one.out / "a.zip").code == 0
    assert adopt(two, (one.out / "a.zip").read_bytes(), name="a.zip")[0] == 0
    assert one.run("rename", "101", "--username", "e.p", *AS_OF, "-o", one.out / "b.zip").code == 0
    before = accounts(two)
    code, report = adopt(two, (one.out / "b.zip").read_bytes(), name="b.zip")
    assert (code, codes(report), accounts(two)) == (4, [(2, "other-username")], before)


def changed(text: str, **values: Any) -> bytes:
    """Return the accounts with other values in the first; of the value None the key is left out."""
    document = json.loads(text)
    first = document["accounts"][0] | values
    document["accounts"][0] = {key: value for key, value in first.items() if value is not None}
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda text: b"", "line 1: this is no JSON"),
        (lambda text: text[:-20].encode(), "this is no JSON"),
        (lambda text: text.encode("utf-16"), "this is no JSON"),
        (lambda text: text.replace("Emma", "\xe9").encode("cp1252"), "this is no JSON"),
        (lambda text: b"[]", "schema_version"),
        (lambda text: b"null", "schema_version"),
        (lambda text: text.replace('"schema_version": 1', '"schema_version": 2').encode(), "another schema_version"),
        (lambda text: text.replace('"schema_version": 1', '"schema_version": "1"').encode(), "no schema_version"),
        (lambda text: text.replace('"schema_version": 1', '"schema_version": true').encode(), "no schema_version"),
        (lambda text: text.replace('"schema_version": 1', '"schema_version": 1.0').encode(), "no schema_version"),
        (lambda text: text.replace('"schema_version": 1', '"schema_version": NaN').encode(), "this is no JSON"),
        (lambda text: text.replace('"schema_version": 1', '"schema_version": ' + "9" * 5000).encode(), "no JSON"),
        (lambda text: text.replace('"schema_version": 1,', "").encode(), "no schema_version"),
        (lambda text: b'{"schema_version": 1}', "no list of accounts"),
        (lambda text: b'{"schema_version": 1, "accounts": {}}', "no list of accounts"),
        (lambda text: b'{"schema_version": 1, "accounts": []}', "no row that can be used"),
        (lambda text: b'{"schema_version": 1, "accounts": [7]}', "account 1: it is no object"),
        (lambda text: b'{"schema_version": 1, "accounts": ' + b"[" * 100_000, "more time or memory"),
        (lambda text: b'{"a":' * 100_000, "more time or memory"),
        (lambda text: text.replace('"klas"', '"password": "kat234", "klas"').encode(), "'password' stands twice"),
        (lambda text: text.replace('"accounts"', '"accounts": [], "accounts"').encode(), "'accounts' stands twice"),
        (lambda text: text.replace('"klas"', '"\\ud800": 1, "\\ud800": 2, "klas"').encode(), "stands twice"),
        (lambda text: changed(text, password=None), "account 1: password is missing"),
        (lambda text: changed(text, password=234567), "account 1: password is missing, or not of the right type"),
        (lambda text: changed(text, password="\ud83d"), "account 1: password"),
        (lambda text: changed(text, naam=["Peeters"]), "account 1: naam"),
        (lambda text: changed(text, naam="x" * 32_768), "account 1: naam"),
        (lambda text: changed(text, must_change="false"), "account 1: must_change"),
        (lambda text: changed(text, must_change=0), "account 1: must_change"),
        (lambda text: changed(text, username=""), "no row that can be used"),
    ],
)  # fmt: skip
def test_accounts_that_somebody_edited_change_nothing(
    school: World, edit: Callable[[str], bytes], words: str
) -> None:
    assert school.run("create", "101", *AS_OF, "-o", school.folder / "a.zip").code == 0
    entries = members(school.folder / "a.zip")
    entries[ACCOUNTS] = edit(entries[ACCOUNTS].decode())
    before = school.snapshot()
    code, message = adopt(school, zipped(entries), "--cards", "-o", school.out, name="b.zip")
    assert code == 3, message
    assert words in message
    assert ACCOUNTS in message or words == "no row that can be used"
    assert "Traceback" not in message
    assert (school.snapshot(), list(school.out.iterdir()), school.leftovers()) == (before, [], [])


def test_a_mistake_in_one_account_leaves_out_that_one(tmp_path: Path) -> None:
    one, two = two_worlds(tmp_path)
    assert one.run("bulk-create", "--all", *AS_OF, "-o", one.out / "a.zip").code == 0
    entries = members(one.out / "a.zip")
    entries[ACCOUNTS] = changed(entries[ACCOUNTS].decode(), type="directie", more="than leerid knows")
    code, report = adopt(two, zipped(entries), name="a.zip")
    assert (code, counts(report), codes(report)) == (4, (2, 0, 0, 1, 0), [(2, "type")])


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", [ACCOUNTS, f"1A/{WORKBOOK}", "leerid-kaartjes-a4.pdf"])
def test_a_zip_with_one_member_twice_is_refused(school: World, name: str) -> None:
    assert school.run("create", "101", *AS_OF, "-o", school.folder / "a.zip").code == 0
    out = io.BytesIO((school.folder / "a.zip").read_bytes())
    with zipfile.ZipFile(out, "a") as archive_:
        for _time in range(2 - (name in archive_.namelist())):
            archive_.writestr(name, book(emma()))
    before = school.snapshot()
    code, message = adopt(school, out.getvalue(), name="b.zip")
    assert (code, f"{name} twice" in message) == (3, True), message
    assert school.snapshot() == before


def test_eight_pictures_are_known_by_their_words_alone(tmp_path: Path) -> None:
    one, two = two_worlds(tmp_path)
    one.run("bulk-create", "--class", "5A", *AS_OF, "-o", one.out / "a.zip")
    ((_, _, _, _, username, words, *_rest),) = workbook_cells(members(one.out / "a.zip")[WORKBOOK])[1:]
    assert len(words.split()) == PICTURES
    code, report = adopt(two, book(emma(username, words)), "--cards", "-o", two.out / "b.zip")
    assert (code, counts(report)) == (0, (1, 0, 0, 0, 0))
    assert found(two, "101")["account"]["password_kind"] == "picture"
    assert two.run("verify", username, stdin=", ".join(reversed(words.split()))).code == 0
    assert workbook_cells(members(two.out / "b.zip")[WORKBOOK])[1][5] == words


def test_an_address_of_another_portal_or_pupil(tmp_path: Path) -> None:
    one, two = two_worlds(tmp_path)
    two.config.write_text('[portal]\nurl = "https://elders.test/{token}"\n')
    one.run("bulk-create", "--all", *AS_OF, "-o", one.out / "a.zip")
    code, report = adopt(two, (one.out / "a.zip").read_bytes(), name="a.zip")
    assert (code, report["adopted"]) == (0, 3)
    assert "3 addresses do not fit portal.url" in report["notes"][0]
    assert not {account[-1] for account in accounts(one)} & {account[-1] for account in accounts(two)}
    url = "https://elders.test/" + accounts(two)[0][-1]
    two.run("import", two.pupils(row("104", naam="Maes", voornaam="Warre", insz="14000000230"), name="c.csv"))
    code, report = adopt(
        two, book([104, "", "Warre", "Maes", "warre.m", "vis789", url], header=[*HEADER, "URL"])
    )
    assert (code, codes(report)) == (4, [(2, "address-taken")])


def test_cards_for_those_whose_password_is_in_the_file(school: World) -> None:
    code, report = adopt(
        school, book(lukasz(), emma(), zoe(password=None)), "--cards", "-o", school.out / "c.zip"
    )
    assert (code, counts(report), report["output"]) == (0, (3, 0, 0, 0, 1), str(school.out / "c.zip"))
    assert [(s["pupil"], s["status"]) for s in report["skipped_pupils"]] == [("030569/102", "active")]
    files = members(school.out / "c.zip")
    assert set(files) == {*PDFS, WORKBOOK, ACCOUNTS}
    header, *rows = workbook_cells(files[WORKBOOK])
    printed = [dict(zip(header, cells, strict=True)) for cells in rows]
    assert [(p["Klas"], p["LeerID Gebruikersnaam"], p["LeerID Wachtwoord"]) for p in printed] == [
        ("3MT", "lukasz.w", "bcdf2345"),
        ("5A", "emma.peeters", "kat234"),
    ]
    assert [p["URL"].rpartition("/")[2] for p in printed] == [
        token
        for (token,) in query(
            school, "SELECT token FROM account WHERE batch IS NOT NULL ORDER BY username DESC"
        )
    ]
    assert query(school, "SELECT command, state, accounts FROM batch") == [("adopt", "delivered", 2)]
    assert found(school, "101")["history"][-1]["event"] == "cards-printed"
    again = adopt(school, book(emma()), "--cards", "-o", school.out / "d.zip")
    assert (again[0], counts(again[1])) == (0, (0, 0, 1, 0, 0))
    assert (school.out / "d.zip").exists()


def test_cards_that_cannot_be_written_leave_everything_as_it_was(school: World) -> None:
    before = school.snapshot()
    (school.out / "c.zip").write_text("mine")
    assert adopt(school, book(emma()), "--cards", "-o", school.out / "c.zip")[0] == 7
    assert adopt(school, book(emma()), "--cards", "-o", "-")[0] == 2
    assert adopt(school, book(emma()), "-o", school.out)[0] == 2
    assert school.snapshot() == before


def test_a_dry_run_says_the_same_and_writes_nothing(school: World) -> None:
    rows = book(emma(), zoe(password=None), lukasz("x@y"))
    before = school.snapshot()
    dry = adopt(school, rows, "--cards", "-o", school.out, "--dry-run")
    assert (school.snapshot(), list(school.out.iterdir())) == (before, [])
    real = adopt(school, rows, "--cards", "-o", school.out)
    assert (dry[0], counts(dry[1]), codes(dry[1])) == (real[0], counts(real[1]), codes(real[1]))
    assert dry[1]["skipped_pupils"] == real[1]["skipped_pupils"]


def test_a_dry_run_without_a_store_makes_none(world: World) -> None:
    code, report = adopt(world, book(emma()), "--dry-run")
    assert (code, report["reserved"], world.store.exists()) == (4, 1, False)


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(f"a/{WORKBOOK}", b"\0" * (archive.MAX_INFLATED + 1))
    return out.getvalue()


def endless_directory() -> bytes:
    data = bytearray(book(emma()))
    end = data.rindex(b"PK\x05\x06")
    data[end + 12 : end + 16] = (archive.MAX_DIRECTORY + 1).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "header"),
        (b"PK\x03\x04 no archive", "broken"),
        (book(emma())[:-300], "broken"),
        (endless_directory(), "far too many files"),
        (bomb(), "128 MiB"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "XLS"),
        (b"naam;voornaam\nPeeters;Emma\n", "LeerID Gebruikersnaam"),
        (book([1, 2], header=["a", "b"]), "Stamnummer"),
        (book(emma("")), "no row"),
        (book(), "no row"),
        (b"Stamnummer;LeerID Gebruikersnaam\n101;x;y\n", "no row"),
        (b"Stamnummer;LeerID Gebruikersnaam\n\"101;x\n", "quotation"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("with_store", [True, False])
def test_a_file_that_cannot_be_used_changes_nothing(
    world: World, data: bytes, words: str, with_store: bool
) -> None:
    if with_store:
        world.run("import", world.pupils(*ROWS))
    before = world.snapshot()
    code, message = adopt(world, data)
    assert code == 3, message
    assert words in message
    assert (world.snapshot(), world.store.exists()) == (before, with_store)


def test_a_zip_without_workbook_and_a_workbook_in_it_that_is_none(school: World) -> None:
    for name, content, words in (
        ("leerid-kaartjes-a4.pdf", b"%PDF", "leerid create"),
        (WORKBOOK, b"not a workbook", "damaged"),
    ):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as made:
            made.writestr(name, content)
        code, message = adopt(school, out.getvalue(), name="a.zip")
        assert (code, words in message) == (3, True), message


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_where_a_member_stands_twice_both_places_are_named(school: World) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in ((WORKBOOK, book(emma())), ("kaarten.pdf", b""), (WORKBOOK, book(zoe()))):
            made.writestr(name, content)
    before = school.snapshot()
    code, message = adopt(school, out.getvalue(), name="bundle.zip")
    assert (code, school.snapshot() == before) == (3, True)
    assert f"holds {WORKBOOK} twice: as member 1 and as member 3" in message


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_workbook_with_one_sheet_twice_is_refused(school: World) -> None:
    out = io.BytesIO(book(emma()))
    with zipfile.ZipFile(out, "a") as made:
        made.writestr("xl/worksheets/sheet1.xml", made.read("xl/worksheets/sheet1.xml"))
    code, message = adopt(school, out.getvalue())
    assert (code, "xl/worksheets/sheet1.xml twice" in message) == (3, True)


def test_passwords_stand_nowhere_but_in_the_zip(school: World) -> None:
    rows = book(
        emma(password="Geheim-1234"), zoe(password="zonsverduistering9"), lukasz(password="y" * 73 + "Q7")
    )
    told = ""
    for options in (("--dry-run",), ("--cards", "-o", school.out / "c.zip"), ("--format", "json")):
        done = school.run("adopt", school.file(rows, "loket.xlsx"), *AS_OF, *options)
        told += done.out + done.err
    told += school.run("show", "101", *AS_OF).out
    (school.folder / "loket.xlsx").unlink()
    kept = b"".join(
        path.read_bytes() for path in school.folder.rglob("*") if path.is_file() and path.suffix != ".zip"
    )
    for password in ("Geheim-1234", "zonsverduistering9", "y" * 73):
        assert password not in told
        assert password.encode() not in kept
    assert "$2b$" not in told
    assert school.leftovers() == []


def waiting(world: World) -> list[tuple[str, int, str]]:
    """Return what `todo` shows of rows that were not adopted: text, number of rows, command."""
    items = world.run("todo", *AS_OF, "--format", "json").json
    return [
        (item["what"], item["pupils"], item["command"]) for item in items if item["kind"] == "not-adopted"
    ]


def test_a_refused_row_waits_until_a_corrected_file_settles_it(school: World) -> None:
    adopt(school, book(emma(voornaam="Mohammed"), zoe(), lukasz(username="")))
    file = school.folder / "loket.xlsx"
    assert waiting(school) == [
        ("loket.xlsx: 1 row was not adopted (other-name): 101", 1, f"leerid adopt {file}"),
        ("loket.xlsx: 1 row was not adopted (username): 103", 1, f"leerid adopt {file}"),
    ]
    before = school.snapshot()
    adopt(school, book(emma(voornaam="Mohammed"), zoe(), lukasz(username="")))
    assert school.snapshot() == before
    adopt(school, book(emma(), zoe(), lukasz()))
    assert waiting(school) == []


def test_a_refused_row_is_settled_by_another_file_too(school: World) -> None:
    adopt(school, book(emma("x.y", voornaam="Mohammed"), lukasz("other.l")))
    assert len(waiting(school)) == 1
    adopt(school, book(emma("emma.p")), name="other.xlsx")
    assert waiting(school) == []


def test_a_row_of_a_pupil_who_is_not_registered_waits_for_the_import(world: World) -> None:
    world.run("import", world.pupils(ROWS[1]))
    adopt(world, book(emma(), zoe()))
    assert waiting(world)[0][0] == "loket.xlsx: 1 row was not adopted (not-registered): 101"
    world.run("import", world.pupils(*ROWS))
    assert len(waiting(world)) == 1
    adopt(world, book(emma(), zoe()))
    assert waiting(world) == []


def test_a_dry_run_keeps_no_refused_row(school: World) -> None:
    adopt(school, book(zoe()))
    school.run("adopt", "--dry-run", school.file(book(emma(voornaam="Mohammed")), "loket.xlsx"), *AS_OF)
    assert waiting(school) == []


def test_what_is_kept_of_a_refused_row_is_neither_password_nor_official_number(school: World) -> None:
    adopt(school, book(zoe(), emma("kat 234", stamnummer="15030700157"), emma("boom\t5", "secret9")))
    kept = query(school, "SELECT line, stamnummer, username FROM refused_adoption")
    assert kept == [(3, "", ""), (4, "101", "")]
