"""Profiles: which one a header is recognised as, and the profiles of a user."""

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toml_files import VALUES, KeyPath, paths, replaced, written
from world import AS_OF, HEADER, ROOT, World, row

from leerid_cli import resources
from leerid_cli.errors import ExitCode, InputError
from leerid_cli.intake import profiles
from leerid_cli.intake.reading import InputFile, Reading, open_source

FIXTURES = ROOT / "tests" / "fixtures" / "intake"
BUILT_IN = profiles.load(resources.profiles())
OWN = """
name = "kruispunt"
date_forms = ["YYYYMMDD"]
not_used = ["Refter"]

[columns]
stamnummer = ["Leerlingnummer"]
naam = ["Familienaam"]
voornaam = ["Voornaam"]
birth_date = ["Geboren"]
gender = ["M/V"]
klas = ["Groep"]

[constants]
school = "030569"
hoofdstructuur = "321"

[values.gender]
1 = "M"
2 = "V"
"""


def opened(header: str, *, known: tuple[profiles.Profile, ...] = BUILT_IN, **how: object) -> InputFile:
    data = f"{header}\n{';'.join('x' for _ in header.split(';'))}\n".encode()
    return open_source("pupils.csv", data, known, Reading(**how))  # type: ignore[arg-type]


def own_profile(world: World, text: str = OWN, name: str = "kruispunt.toml") -> Path:
    path = world.config.parent / "profiles" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_every_profile_has_the_name_of_its_file_and_a_fixture_that_it_reads() -> None:
    names = {file.stem for file in resources.profiles().glob("*.toml")}
    assert {profile.name for profile in BUILT_IN} == names
    reports = [json.loads(file.read_text(encoding="utf-8")) for file in FIXTURES.glob("*.expected.json")]
    used = [report for report in reports if report["exit"] in (ExitCode.OK, ExitCode.PARTIAL)]
    notes = "\n".join(note for report in used for note in report["report"]["notes"])
    without = [name for name in sorted(names) if f": profile {name}," not in notes]
    assert not without, (
        f"no file of tests/fixtures/intake (script/make_fixtures.py) has the profile {without}"
    )


@pytest.mark.parametrize(
    ("header", "profile"),
    [
        (HEADER, "discimus"),
        ("KLAS;NAAM;VOORNAAM;GEBOORTEDATUM;WISAID;STAMBOEKNUMMER;GESLACHT;RIJKSREGISTERNR", "wisa"),
        ("p_persoon;Naam;Voornaam;geboortedatum;rijksregnr;stamnr;instelnr;nr_admgr;voorlopig", "informat"),
        ("lastName;firstName;dateOfBirth;foreignRegistrationNo;studentNo;instituteNo", "informat"),
        ("Instellingsnummer;Naam;Voornaam;Klas;Klascode;Klasnummer;Gebruikersnaam;Pointer;Stamnummer;", "smartschool"),
        ("internnumber;name;surname;stamboeknummer", "smartschool"),
        ("Stamnummer;Administratieve groep;Voornaam;Achternaam;LeerID Gebruikersnaam;LeerID Wachtwoord", "leerid"),
    ],
)  # fmt: skip
def test_a_header_is_recognised(header: str, profile: str) -> None:
    assert opened(header, school_given=True, type_given=True).column_map.profile.name == profile


def test_the_option_is_stronger_than_the_guess() -> None:
    source = opened("stamnummer;naam;achternaam;klas", school_given=True, type_given=True, profile="wisa")
    assert source.column_map.profile.name == "wisa"
    assert source.column_map.unknown == ("achternaam",)


@pytest.mark.parametrize(
    "heading",
    ["STAMNUMMER", "\ufeffstamnummer", " Stam nummer\u00a0", "stam_nummer", "Stàmnummer", "stam-nummer"],
)
def test_a_heading_matches_whatever_its_disguise(heading: str) -> None:
    source = opened(f"naam;{heading}", school_given=True, type_given=True)
    assert source.column_map.positions["stamnummer"] == 1


def test_smartschool_calls_the_voornaam_name() -> None:
    column_map = opened(
        "internnumber;name;surname;stamboeknummer", school_given=True, type_given=True
    ).column_map
    assert (column_map.positions["voornaam"], column_map.positions["naam"]) == (1, 2)


def test_informat_takes_klas_before_klascode_and_never_the_short_stamnummer() -> None:
    header = "p_persoon;naam;stamnr;Stamnr_kort;instelnr;Klascode;Klas;Klasnaam"
    column_map = opened(header, type_given=True).column_map
    assert (column_map.positions["klas"], column_map.positions["stamnummer"], column_map.unknown) == (
        6,
        2,
        (),
    )
    only_code = opened(header.replace(";Klas;Klasnaam", ""), type_given=True).column_map
    assert only_code.positions["klas"] == 5


def test_what_is_missing_is_named_with_its_aliases_and_the_nearest_profile() -> None:
    with pytest.raises(InputError) as refused:
        opened("KLAS;NAAM;VOORNAAM;WISAID;RIJKSREGISTERNR")
    assert "nearest profile is wisa" in refused.value.message
    assert "STAMBOEKNUMMER (also read: STAMNUMMER)" in refused.value.message
    assert "--school" in refused.value.hint
    assert "--type" in refused.value.hint


def test_two_profiles_that_read_a_header_differently_are_not_chosen_between(tmp_path: Path) -> None:
    for name, naam, voornaam in (("een", "a", "b"), ("twee", "b", "a")):
        (tmp_path / f"{name}.toml").write_text(
            f'name = "{name}"\n[columns]\nstamnummer = ["nr"]\nnaam = ["{naam}"]\nvoornaam = ["{voornaam}"]\n'
        )
    both = profiles.load(resources.profiles(), tmp_path)
    with pytest.raises(InputError) as refused:
        opened("nr;a;b", known=both, school_given=True, type_given=True)
    assert "een and twee" in refused.value.message
    assert "--profile" in refused.value.hint
    chosen = opened("nr;a;b", known=both, school_given=True, type_given=True, profile="twee")
    assert chosen.column_map.positions["naam"] == 2


def test_profiles_that_read_a_header_alike_are_no_choice_to_make() -> None:
    assert opened("instellingsnummer;stamnummer;naam;hoofdstructuur").column_map.profile.name == "discimus"


def test_the_header_may_stand_below_titles_but_not_far() -> None:
    titles = "Leerlingen van de school\nnaam\n\n"
    data = f"{titles}{HEADER}\n{row('1')}\n".encode()
    source = open_source("x.csv", data, BUILT_IN, Reading())
    assert (source.column_map.line, [line for line, _cells in source.rows if line > 4]) == (4, [5])
    with pytest.raises(InputError):
        open_source("x.csv", ("titel\n" * 20).encode() + data, BUILT_IN, Reading())


def test_a_second_header_hides_no_rows_above_it() -> None:
    wider = HEADER + ";voorlopig"
    data = f"{HEADER}\n{row('1')}\n{wider}\n{row('2')};0\n".encode()
    source = open_source("x.csv", data, BUILT_IN, Reading())
    assert (source.column_map.line, [line for line, _cells in source.rows]) == (1, [2, 3, 4])


def test_a_profile_named_by_hand_needs_no_sign_of_itself() -> None:
    header = "Stamnummer;Achternaam;Voornaam;Administratieve groep"
    guessed = opened(header.replace(";Administratieve groep", ""), school_given=True, type_given=True)
    assert guessed.column_map.profile.name != "leerid"
    named = opened(header, school_given=True, type_given=True, profile="leerid")
    assert named.column_map.positions["administratieve_groep_omschrijving"] == 3


def test_a_profile_of_the_user_needs_no_code(world: World) -> None:
    own_profile(world)
    file = world.file(
        "Leerlingnummer;Familienaam;Voornaam;Geboren;M/V;Groep;Refter\n12;Maes;Noor;20150307;2;3B;ja\n"
    )
    done = world.run("import", file, "--format", "json")
    assert (done.code, done.json["new"]) == (0, 1)
    notes = "\n".join(done.json["notes"])
    assert "profile kruispunt" in notes
    assert "school 030569 from the profile" in notes
    assert "hoofdstructuur 321 from the profile" in notes
    assert "not used" not in notes
    (pupil,) = world.run("search", "maes", *AS_OF, "--format", "json").json
    assert (pupil["school"], pupil["klas"], pupil["type"]) == ("030569", "3B", "basis")
    shown = world.run("show", "12", *AS_OF).out
    assert "2015" in shown
    over = world.run("import", file, "--school", "041871", "--format", "json")
    assert "school 041871 from --school" in "\n".join(over.json["notes"])


def test_a_constant_counts_as_a_column_of_the_file(world: World) -> None:
    file = world.file("Leerlingnummer;Familienaam\n12;Maes\n")
    for klas, count in (("3A", "new"), ("3A", "unchanged"), ("3B", "changed")):
        own_profile(
            world,
            OWN.replace('klas = ["Groep"]\n', "").replace("[constants]", f'[constants]\nklas = "{klas}"'),
        )
        assert world.run("import", file, "--format", "json").json[count] == 1
    assert world.run("search", *AS_OF, "--format", "json").json[0]["klas"] == "3B"


def test_a_profile_of_the_user_takes_the_place_of_one_of_its_name(world: World) -> None:
    own_profile(world, OWN.replace("kruispunt", "wisa"), "wisa.toml")
    known = profiles.load(resources.profiles(), world.config.parent / "profiles")
    (wisa,) = (profile for profile in known if profile.name == "wisa")
    assert wisa.columns["stamnummer"] == ("Leerlingnummer",)
    assert len(known) == len(BUILT_IN)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('name = "kruispunt"', "", "name: is missing"),
        ('name = "kruispunt"', "name = 3", "name"),
        ('name = "kruispunt"', 'name = "Kruis punt"', "name"),
        ("not_used", "notused", "notused"),
        ('["YYYYMMDD"]', '["MM/DD/YYYY"]', "date_forms"),
        ('["YYYYMMDD"]', '"YYYYMMDD"', "date_forms"),
        ("klas = [", "klass = [", "columns.klass"),
        ('["Groep"]', '"Groep"', "columns.klas"),
        ('["Groep"]', "[]", "columns.klas"),
        ('["Groep"]', '["Voornaam"]', "columns.klas"),
        ('"030569"', '"30569"', "constants.school"),
        ('"030569"', "30569", "constants.school"),
        ('"321"', '"611"', "constants.hoofdstructuur"),
        ('hoofdstructuur = "321"', 'type = "kleuter"', "constants.type"),
        ('hoofdstructuur = "321"', 'klas = " "', "constants.klas: must not be blank"),
        ('hoofdstructuur = "321"', 'stamnummer = "1"', "constants.stamnummer"),
        ("[values.gender]", "[values.sex]", "values.sex"),
        ('1 = "M"', "1 = 2", 'values.gender."1": must be text'),
        ('1 = "M"', '1 = " "', 'values.gender."1": must not be blank'),
        ('1 = "M"', 'M = "M"\nm = 5', 'values.gender."m": must be text'),
        ("[constants]", "[[constants]]", "constants"),
        ("[columns]", "[columns", "line"),
    ],
)
def test_a_profile_that_cannot_be_understood_stops_the_import(
    world: World, old: str, new: str, key: str
) -> None:
    assert old in OWN
    file = own_profile(world, OWN.replace(old, new))
    done = world.run("import", world.pupils(row("1")))
    assert done.code == 3
    assert str(file) in done.err
    assert key in done.err
    assert not world.store.exists()


EVERY_KEY = {
    **tomllib.loads(OWN), "first_alias": ["klas"], "type_from": ["type"], "recognised_by": ["Leerlingnummer"],
    "xml_rows": ["leerling"],
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("profiles")


@given(path=st.sampled_from(sorted(paths(EVERY_KEY))), value=VALUES)
def test_any_value_at_any_key_gives_a_profile_or_is_refused_by_file_and_key(
    folder: Path, path: KeyPath, value: object
) -> None:
    file = folder / "own.toml"
    file.write_text(written(replaced(EVERY_KEY, path, value)), encoding="utf-8")
    try:
        why = "" if profiles.load(folder) else "no profile"
    except InputError as error:
        why = error.message
    named = [f'"{name}"' if path[0] == "values" and depth == 2 else name for depth, name in enumerate(path)]
    assert not why or why.startswith(f"the profile {file}: {'.'.join(named)}")


def test_an_empty_list_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('name = "own"\ndate_forms = []\ntype_from = []\n')
    (own,) = profiles.load(tmp_path)
    assert own == profiles.Profile("own")
    assert (own.date_forms, own.type_from) == (("YYYY-MM-DD",), ("hoofdstructuur", "type"))


def test_two_own_profiles_of_one_name_are_refused(world: World) -> None:
    own_profile(world)
    own_profile(world, name="ook.toml")
    assert world.run("import", world.pupils(row("1"))).code == 3


def test_the_profile_says_where_the_type_is_found(world: World) -> None:
    own_profile(
        world,
        'name = "eigen"\ntype_from = ["type"]\n[columns]\nstamnummer = ["nr"]\nnaam = ["wie"]\n'
        'type = ["soort"]\nhoofdstructuur = ["niveau"]\n[constants]\nschool = "030569"\n'
        '[values.type]\nlager = "basis"\nsecundair = "gevorderd"\n',
    )
    file = world.file("nr;wie;soort;niveau\n1;Maes;Secundair;211\n2;Peeters;lager;411\n")
    assert world.run("import", file).code == 0
    listed = world.run("search", *AS_OF, "--format", "json").json
    assert {pupil["stamnummer"]: pupil["type"] for pupil in listed} == {"1": "gevorderd", "2": "basis"}
