"""`bulk-create --convert`: pupils who moved to the other type of account."""

import pytest
from bundles import opens, table
from schools import NUMBERS as PUPILS
from schools import TO_SECONDARY
from world import AS_OF, World, row


@pytest.fixture
def school(three_accounts: World) -> World:
    return three_accounts


def test_convert_gives_the_new_kind_under_the_same_username(school: World) -> None:
    before = table(school.out / "first.zip")["1"]
    school.run("import", school.pupils(TO_SECONDARY, row("5", naam="Wouters", voornaam="Lou",
                                                         geboortedatum="2015-03-07", insz="15030700256")))  # fmt: skip
    untouched = school.snapshot()
    plain = school.run(
        "bulk-create", "--from", "-", *AS_OF, "-o", school.out, "--format", "json", stdin="030569/1"
    )
    assert (plain.code, plain.json["created"], plain.json["converted"]) == (0, 0, 0)
    (skipped,) = plain.json["skipped_pupils"]
    assert "--convert" in skipped["reason"]
    assert school.snapshot() == untouched
    assert opens(school, "emma.peeters", before["LeerID Wachtwoord"]), "works until the new cards exist"

    done = school.run(
        "bulk-create", "--all", "--convert", *AS_OF, "-o", school.out / "new.zip", "--format", "json"
    )
    assert (done.code, done.json["created"], done.json["converted"], done.json["skipped"]) == (0, 1, 1, 3)
    after = table(school.out / "new.zip")
    assert set(after) == {"1", "5"}
    assert after["1"]["LeerID Gebruikersnaam"] == "emma.peeters"
    assert after["1"]["URL"] == before["URL"]
    assert (after["1"]["Accounttype"], after["1"]["Wachtwoordsoort"]) == ("gevorderd", "tijdelijk")
    assert not opens(school, "emma.peeters", before["LeerID Wachtwoord"])
    assert opens(school, "emma.peeters", after["1"]["LeerID Wachtwoord"])
    shown = school.run("show", "1", *AS_OF, "--format", "json").json
    assert (shown["status"], shown["account"]["type"], shown["account"]["must_change"]) == (
        "active", "gevorderd", True,
    )  # fmt: skip
    assert shown["history"][-1]["event"] == "account-converted"
    assert shown["history"][-1]["detail"]["former_type"] == "basis"


def test_convert_back_to_basis_follows_the_configured_kind(school: World) -> None:
    school.run("import", school.pupils(row("3", naam="Claes", voornaam="Noor", geboortedatum="2003-03-07",
                                           insz=PUPILS["3"], hoofdstructuur="321")))  # fmt: skip
    line = ("bulk-create", "--status", "convert", "--convert", *AS_OF, "-o", school.out / "new.zip")
    assert school.run(*line).code == 0
    assert table(school.out / "new.zip")["3"]["Wachtwoordsoort"] == "afbeelding"
    shown = school.run("show", "3", *AS_OF, "--format", "json").json["account"]
    assert (shown["type"], shown["must_change"]) == ("basis", False)
