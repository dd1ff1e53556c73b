"""`bulk-create`: an enrolment file goes in, accounts and printed cards come out."""

import io
import stat
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from bundles import ACCOUNTS, PDFS, accounts_in, records, squeezed, text
from world import AS_OF, EXAMPLE, World, members, row, workbook_cells


@pytest.fixture
def school(three_pupils: World) -> World:
    return three_pupils


def codes(pdf: bytes) -> list[str]:
    """Return what every QR code of a PDF says, rendered at 150 dpi, in no order."""
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    found = []
    for page in document:
        found += [code.text for code in zxingcpp.read_barcodes(page.render(scale=150 / 72).to_pil())]
    return found


def test_the_whole_example(world: World) -> None:
    assert world.run("import", EXAMPLE).code == 0
    made = world.run("bulk-create", "--all", *AS_OF, "--output", world.out, "--format", "json").json
    assert (made["status"], made["created"], made["skipped"]) == ("ok", 147, 23)
    accounts = records(Path(made["output"]))
    assert len(accounts) == 147

    for account in accounts:
        assert all(isinstance(cell, str) for cell in account.values())
        verified = world.run(
            "verify", account["LeerID Gebruikersnaam"], stdin=account["LeerID Wachtwoord"] + "\n"
        )
        assert (verified.code, verified.out) == (0, "")

    urls = sorted(account["URL"] for account in accounts)
    assert len(set(urls)) == 147
    files = members(Path(made["output"]))
    for name in sorted(PDFS - {"leerid-stickers-wachtwoord.pdf"}):
        assert sorted(codes(files[name])) == urls, name
        printed = squeezed(text(files[name]))
        for url in urls:  # printed on two lines, which need not follow each other in the file
            assert all(part in printed for part in url.rpartition("/")), name
    printed = squeezed(text(files["leerid-stickers-wachtwoord.pdf"]))
    for account in accounts:
        if account["Wachtwoordsoort"] != "afbeelding":
            assert account["LeerID Wachtwoord"] in printed

    found = world.run("search", "wisniewski", *AS_OF, "--format", "json").json
    assert [(pupil["voornaam"], pupil["status"]) for pupil in found] == [("Łukasz", "active")]
    again = world.run("import", EXAMPLE, "--format", "json")
    assert (again.code, again.json["unchanged"]) == (0, 170)
    assert [again.json[count] for count in ("new", "changed", "returned", "left", "held", "rejected")] == [
        0
    ] * 6
    second = world.run("bulk-create", "--all", *AS_OF, "--output", world.out)
    assert second.code == 0
    assert len(list(world.out.iterdir())) == 1


def test_bulk_create_makes_a_private_zip_with_workbook_and_pdfs(school: World) -> None:
    made = school.run("bulk-create", "--all", *AS_OF, "--output", school.out)
    assert made.code == 0
    assert made.out == ""
    (bundle,) = school.out.iterdir()
    assert f"3 accounts made: {bundle}" in made.err
    assert set(members(bundle)) == PDFS | {"leerid-accounts.xlsx", ACCOUNTS}
    assert stat.S_IMODE(bundle.stat().st_mode) == 0o600
    kinds = {r["Stamnummer"]: (r["Accounttype"], r["Wachtwoordsoort"]) for r in records(bundle)}
    assert kinds == {
        "1": ("basis", "afbeelding"),
        "2": ("basis", "afbeelding"),
        "3": ("gevorderd", "tijdelijk"),
    }
    assert school.leftovers() == []


def test_the_workbook_is_in_card_order_and_names_are_exact(school: World) -> None:
    school.run("bulk-create", "--all", *AS_OF, "--output", school.out / "a.zip")
    assert [(r["Achternaam"], r["Voornaam"]) for r in records(school.out / "a.zip")] == [
        ("D’Hondt", "Zoë"),
        ("Peeters", "Emma"),
        ("Wiśniewski", "Łukasz"),
    ]


def test_who_has_left_or_is_too_young_is_skipped_with_the_reason(world: World) -> None:
    world.run(
        "import",
        world.pupils(
            row("1", einddatum="2026-10-01", insz="15030700157"),
            row("2", voornaam="Jip", hoofdstructuur="111", geboortedatum="2014-05-06", insz="14450600268"),
            row("3", voornaam="Wout", hoofdstructuur="111", geboortedatum="2023-02-01"),
        ),
    )
    made = world.run("bulk-create", "--all", *AS_OF, "-o", world.out, "--format", "json").json
    assert made["created"] == 1
    assert {(s["pupil"], s["status"]) for s in made["skipped_pupils"]} == {
        ("030569/1", "left"),
        ("030569/3", "ineligible"),
    }


def test_selections(school: World) -> None:
    made = school.run("bulk-create", "--type", "gevorderd", *AS_OF, "-o", school.out / "g.zip")
    assert made.code == 0
    assert [r["Stamnummer"] for r in records(school.out / "g.zip")] == ["3"]
    listed = school.run("search", "--class", "5a", "--status", "none", *AS_OF, "--format", "ids").out
    assert listed == "030569/2\n030569/1\n"
    made = school.run("bulk-create", "--from", "-", *AS_OF, "-o", school.out / "b.zip", stdin=listed)
    assert made.code == 0
    assert [r["Stamnummer"] for r in records(school.out / "b.zip")] == ["2", "1"]


def test_bulk_create_needs_to_be_told_for_whom(school: World) -> None:
    assert school.run("bulk-create", *AS_OF).code == 2
    assert school.run("bulk-create", "--class", "9Z", *AS_OF).code == 5
    assert school.run("bulk-create", "--school", "999999", *AS_OF).code == 5
    assert school.run("bulk-create", "--from", school.folder / "none", *AS_OF).code == 3


def test_a_class_that_two_schools_have_needs_the_school(world: World) -> None:
    world.run("import", world.pupils(row("1", insz="15030700157"), row("1", instellingsnummer="041871")))
    refused = world.run("bulk-create", "--class", "5A", *AS_OF, "-o", world.out)
    assert refused.code == 6
    assert "030569" in refused.err
    assert "041871" in refused.err
    assert world.run("bulk-create", "--class", "5A", "--school", "030569", *AS_OF, "-o", world.out).code == 0


def test_the_output_is_never_overwritten_and_never_standard_output(school: World) -> None:
    there = school.out / "there.zip"
    there.write_text("mine")
    dangling = school.out / "link.zip"
    dangling.symlink_to(school.out / "nowhere")
    for output, code in ((there, 7), (dangling, 7), ("-", 2), (school.out / "no folder" / "a.zip", 7)):
        refused = school.run("bulk-create", "--all", *AS_OF, "--output", output)
        assert refused.code == code, output
    assert there.read_text() == "mine"
    assert school.run("search", "--status", "active", *AS_OF).code == 5


def test_pupils_of_one_name_get_numbers_and_a_username_is_never_given_twice(world: World) -> None:
    numbers = ("15030700157", "14450600268", "03030700196")
    dates = ("2015-03-07", "2014-05-06", "2003-03-07")
    rows = [
        row(str(n), insz=i, geboortedatum=d) for n, (i, d) in enumerate(zip(numbers, dates, strict=True), 1)
    ]
    world.run("import", world.pupils(*rows))
    assert world.run("create", "2", *AS_OF, "-o", world.out).code == 0
    assert world.run("bulk-create", "--all", *AS_OF, "-o", world.out / "rest.zip").code == 0
    found = world.run("search", "emma", *AS_OF, "--format", "json").json
    assert {pupil["stamnummer"]: pupil["username"] for pupil in found} == {
        "2": "emma.peeters",
        "1": "emma.peeters1",
        "3": "emma.peeters2",
    }


def test_the_password_kind_follows_class_level_school_and_default(world: World) -> None:
    world.config.write_text(
        '[portal]\nurl = "https://loket.test/l/{token}"\n[passwords]\nbasis = "picture"\n'
        '[schools."030569"]\nname = "De Regenboog"\nbasis = "word"\n'
        'basis_hoofdstructuur = { 221 = "picture" }\nbasis_class = { "5a" = "word" }\n'
    )
    rows = (
        row("1", insz="15030700157", hoofdstructuur="221"),
        row("2", insz="14450600268", geboortedatum="2014-05-06", hoofdstructuur="221", klas="6B"),
        row("3", insz="03030700196", geboortedatum="2003-03-07", klas="6C"),
    )
    world.run("import", world.pupils(*rows))
    world.run("bulk-create", "--school", "de regenboog", *AS_OF, "-o", world.out / "a.zip")
    kinds = {r["Stamnummer"]: r["Wachtwoordsoort"] for r in records(world.out / "a.zip")}
    assert kinds == {"1": "woord", "2": "afbeelding", "3": "woord"}
    assert "De Regenboog" in text(members(world.out / "a.zip")["leerid-kaartjes-a4.pdf"])


def test_the_example_address_is_marked_and_warned_about(school: World) -> None:
    school.config.write_text("")
    made = school.run("bulk-create", "--all", *AS_OF, "-o", school.out / "a.zip")
    assert "VOORBEELD" in made.err
    assert "VOORBEELD" in text(members(school.out / "a.zip")["leerid-kaartjes-a4.pdf"])
    assert all(len(r["URL"]) <= 42 for r in records(school.out / "a.zip"))


def test_no_pupil_and_no_password_in_names_or_metadata(school: World) -> None:
    school.run("bulk-create", "--all", *AS_OF, "-o", school.out)
    (bundle,) = school.out.iterdir()
    for name, data in members(bundle).items():
        told = name
        if name.endswith(".pdf"):
            told += str(pypdfium2.PdfDocument(io.BytesIO(data)).get_metadata_dict())
        assert not any(word in told.lower() for word in ("emma", "peeters", "dhondt", "lukasz"))
    assert "emma" not in bundle.name


def test_clear_text_stands_nowhere_but_in_the_zip(school: World) -> None:
    made = school.run("--reason", "start of term", "bulk-create", "--all", *AS_OF, "-o", school.out / "a.zip")
    store = school.store.read_bytes()
    for account in records(school.out / "a.zip"):
        password = account["LeerID Wachtwoord"]
        assert password.encode() not in store
        assert password not in made.out + made.err
        if account["Wachtwoordsoort"] == "afbeelding":
            assert not any(word.encode() in store for word in password.split() if len(word) > 6)
    for insz in (b"15030700157", b"14450600268", b"03030700196"):
        assert insz not in store
    shown = school.run("show", "1", *AS_OF, "--format", "json")
    assert shown.json["account"]["username"] == "emma.peeters"
    assert "$2b$" not in shown.out
    assert shown.json["history"][-1]["reason"] == "start of term"


def test_split_by_class_and_only_some_parts(school: World) -> None:
    """The same set in a folder each; together they hold every account once, and every password works."""
    ids = school.run("search", "--status", "none", "--format", "ids", *AS_OF).out.splitlines()[:4]
    rows = {
        f"{pupil['school']}/{pupil['stamnummer']}": pupil
        for pupil in school.run("search", *AS_OF, "--format", "json").json
    }
    target = school.out / "split.zip"
    options = ("--split", "class", "--only", "workbook", "--only", "a4", "--password-kind", "word")
    done = school.run(
        "bulk-create", "--from", "-", "--output", target, *options, *AS_OF, stdin="\n".join(ids)
    )
    assert done.code == 0, done.err
    found = members(target)
    # One for the whole ZIP, in no folder: what is handed on by class holds no other class.
    assert ACCOUNTS in found
    assert sorted(f"{one['school']}/{one['stamnummer']}" for one in accounts_in(target)) == sorted(ids)
    del found[ACCOUNTS]
    folders = {name.rpartition("/")[0] for name in found}
    assert folders == {f"{rows[pupil]['school']}/{rows[pupil]['klas']}" for pupil in ids}
    assert {name.rpartition("/")[2] for name in found} == {"leerid-accounts.xlsx", "leerid-kaartjes-a4.pdf"}
    held = []
    for name, data in found.items():
        if name.endswith(".xlsx"):
            header, *accounts = workbook_cells(data)
            for account in accounts:
                cells = dict(zip(header, account, strict=True))
                held.append(f"{cells['Instellingsnummer']}/{cells['Stamnummer']}")
                assert name.startswith(f"{cells['Instellingsnummer']}/{cells['Klas']}/")
                username, password = cells["LeerID Gebruikersnaam"], cells["LeerID Wachtwoord"]
                assert school.run("verify", username, stdin=f"{password}\n").code == 0
    assert sorted(held) == sorted(ids)
