"""Each command that draws no cards runs once, on the example: the quick look before all other tests."""

from world import AS_OF, EXAMPLE, World

from leerid_cli.cli.commands import MODULES

DRAWS = {"create", "bulk-create", "reset-password", "rename", "calibrate", "cards"}
# A pupil in primary and one in secondary education.
KNOWN = (
    "Instellingsnummer;Stamnummer;LeerID Gebruikersnaam;LeerID Wachtwoord\n"
    "030569;1206231;briek.goossens;kikker77\n"
    "041871;2603059;youssef.amezian;geheim 1 2\n"
)


def test_each_command_that_draws_nothing_does_its_work(world: World) -> None:
    copy = world.folder / "copy.db"
    lines = [
        ("import", EXAMPLE),
        ("adopt", world.file(KNOWN, "known.csv"), *AS_OF),
        ("todo", *AS_OF),
        ("search", "goossens", *AS_OF),
        ("show", "030569/1206231", *AS_OF),
        ("conflicts", "list"),
        ("verify", "briek.goossens"),
        ("change-password", "youssef.amezian"),
        ("suspend", "030569/1206231", *AS_OF),
        ("reactivate", "030569/1206231", *AS_OF),
        ("reserve", "-"),
        ("export", *AS_OF),
        ("overview", *AS_OF),
        ("history",),
        ("recover",),
        ("backup", copy),
        ("restore", copy),
        ("doctor",),
        ("config", "show"),
    ]
    assert {line[0] for line in lines} == MODULES.keys() - DRAWS
    typed = {
        "verify": "kikker77\n",
        "change-password": "geheim 1 2\ntwaalf tekens 12\n",
        "reserve": "bo.maes\n",
    }
    ended = {line[0]: world.run(*line, stdin=typed.get(str(line[0]), "")) for line in lines}
    assert {name: (done.code, done.err) for name, done in ended.items() if done.code} == {}
