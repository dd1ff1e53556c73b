"""`show`: all that is held on one pupil, and no secret."""

import pytest
from world import AS_OF, World, row

INSZ = "15030700157"
PUPILS = (
    row("1", naam="D’Hondt", voornaam="Zoë", insz=INSZ, geslacht="V", administratieve_groep="1015"),
    row("2", naam="Maes", voornaam="Bo"),
    row("1", naam="Claes", voornaam="Noor", instellingsnummer="041871", hoofdstructuur="311"),
)


@pytest.fixture
def school(world: World) -> World:
    assert world.run("import", world.pupils(*PUPILS)).code == 0
    known = "Stamnummer;LeerID Gebruikersnaam;LeerID Wachtwoord\n1;zoedh;kikker77\n"
    assert world.run("adopt", world.file(known, "known.csv"), "--school", "030569", *AS_OF).code == 0
    return world


def test_all_that_is_held_is_shown_but_no_secret(school: World) -> None:
    done = school.run("show", "030569/1", *AS_OF, "--format", "json")
    shown = done.json
    assert (shown["naam"], shown["voornaam"], shown["geboortedatum"]) == ("D’Hondt", "Zoë", "2015-03-07")
    assert (shown["status"], shown["official_number"], shown["geslacht"]) == ("active", "valid", "V")
    (enrolment,) = shown["enrolments"]
    assert (enrolment["klas"], enrolment["begindatum"], enrolment["einddatum"]) == ("5A", "2026-09-01", "")
    assert (shown["account"]["username"], shown["account"]["password_kind"]) == ("zoedh", "word")
    assert [event["event"] for event in shown["history"]][-1] == "account-adopted"
    lines = school.run("show", "030569/1", *AS_OF).out.splitlines()
    assert "naam: D’Hondt" in lines
    assert "  username: zoedh" in lines
    for text in (done.out, "\n".join(lines)):
        assert not [secret for secret in (INSZ, "kikker77", "$2b$") if secret in text]


def test_a_pupil_without_an_account_is_shown_with_the_reason(school: World) -> None:
    shown = school.run("show", "2", *AS_OF, "--format", "json").json
    assert (shown["account"], shown["status"], shown["official_number"]) == (None, "ineligible", "missing")
    assert shown["reason"]


def test_a_pupil_is_named_by_school_and_stamnummer_or_username_or_a_stamnummer_of_one_school(
    school: World,
) -> None:
    for name in ("030569/1", "zoedh", "ZOEDH"):
        assert school.run("show", name, *AS_OF, "--format", "json").json["voornaam"] == "Zoë", name
    assert school.run("show", "2", *AS_OF, "--format", "json").json["voornaam"] == "Bo"
    refused = school.run("show", "1", *AS_OF)
    assert (refused.code, "030569/1, 041871/1" in refused.err, refused.out) == (6, True, "")
    nobody = school.run("show", "030569/3", *AS_OF)
    assert (nobody.code, "030569/3" in nobody.err, nobody.out) == (5, True, "")
