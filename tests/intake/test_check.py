"""Checking rows: what is kept, what is only warned of, and what is rejected with which code."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from world import HEADER, row

from leerid_cli import resources
from leerid_cli.intake import profiles
from leerid_cli.intake.check import Checker, Defaults, Outcome, unique
from leerid_cli.model.people import AccountType, OfficialState
from leerid_cli.tables.cells import CellKind, Typed

(DISCIMUS,) = (profile for profile in profiles.load(resources.profiles()) if profile.name == "discimus")
TODAY = date(2026, 11, 24)


def checker(header: str = HEADER, defaults: Defaults | None = None) -> Checker:
    column_map = profiles.fit(DISCIMUS, header.split(";"))
    return Checker(
        "pupils.csv", column_map, defaults or Defaults(), lambda digits: f"hash of {digits}", TODAY
    )


def check(**cells: str) -> Outcome:
    return checker().check(2, row("1204871", **cells).split(";"))


def codes(outcome: Outcome) -> set[str]:
    return {problem.code for problem in outcome.problems}


def test_a_good_row_becomes_a_pupil() -> None:
    outcome = check(insz="15030700157", geslacht="V", klas="5A", einddatum="31/08/2027")
    assert outcome.problems == ()
    pupil = outcome.pupil
    assert pupil
    assert (pupil.facts.naam, pupil.facts.voornaam) == ("Peeters", "Emma")
    assert pupil.facts.official_hash == "hash of 15030700157"
    assert pupil.enrolment.key == ("030569", "1204871")
    assert pupil.enrolment.end == date(2027, 8, 31)
    assert pupil.enrolment.type is AccountType.BASIS


@pytest.mark.parametrize("text", ["007", "1E2", "NA", "null", "None", "nan", "TRUE", "0004812"])
def test_everything_stays_text(text: str) -> None:
    outcome = checker().check(2, row(text, naam=text, klas=text).split(";"))
    assert outcome.pupil
    assert outcome.pupil.enrolment.stamnummer == text
    assert outcome.pupil.enrolment.klas == text
    assert outcome.pupil.facts.naam == text


@pytest.mark.parametrize(
    ("code", "type_"),
    [
        *((code, AccountType.BASIS) for code in ("111", "121", "211", "221", "321")),
        *((code, AccountType.GEVORDERD) for code in ("311", "312", "313")),
    ],
)
def test_hoofdstructuur_makes_the_type(code: str, type_: AccountType) -> None:
    pupil = check(hoofdstructuur=code).pupil
    assert pupil
    assert pupil.enrolment.type is type_


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"hoofdstructuur": "411"}, "hoofdstructuur", "hoofdstructuur"),
        ({"hoofdstructuur": "316"}, "hoofdstructuur", "hoofdstructuur"),
        ({"hoofdstructuur": ""}, "hoofdstructuur", "hoofdstructuur"),
        ({"instellingsnummer": "3056"}, "school", "instellingsnummer"),
        ({"instellingsnummer": "school"}, "school", "instellingsnummer"),
        ({"naam": "", "voornaam": " "}, "no-name", "naam"),
        ({"naam": "x" * 10_000}, "too-long", "naam"),
        ({"geboortedatum": "2015-02-30"}, "date", "geboortedatum"),
        ({"geboortedatum": "03/07/15"}, "date", "geboortedatum"),
        ({"geboortedatum": "2027-01-01"}, "birth-date", "geboortedatum"),
        ({"begindatum": "morgen"}, "date", "begindatum"),
        ({"einddatum": "2026-08-31"}, "end-before-begin", "einddatum"),
    ],
)
def test_a_row_that_cannot_be_used_names_the_column(cells: dict[str, str], code: str, column: str) -> None:
    outcome = check(**cells)
    assert outcome.pupil is None
    assert outcome.rejected
    (problem,) = (problem for problem in outcome.problems if not problem.warning and problem.code == code)
    assert (problem.line, problem.column) == (2, column)


@pytest.mark.parametrize("stamnummer", ["", "12 34", "12/34"])
def test_a_stamnummer_that_would_break_a_pupil_id_is_rejected(stamnummer: str) -> None:
    assert checker().check(2, row(stamnummer).split(";")).rejected


def test_all_problems_of_a_row_are_reported() -> None:
    outcome = check(hoofdstructuur="411", geboortedatum="x", einddatum="y")
    assert [problem.column for problem in outcome.problems if not problem.warning] == [
        "geboortedatum",
        "einddatum",
        "hoofdstructuur",
    ]


def test_too_few_cells_name_the_first_one_missing() -> None:
    outcome = checker().check(7, row("1").split(";")[:4])
    (problem,) = outcome.problems
    assert (problem.code, problem.line, problem.column) == ("row-length", 7, "geboortedatum")


def test_a_separator_at_the_end_of_the_line_is_no_cell_but_a_value_is() -> None:
    assert checker().check(2, [*row("1").split(";"), "", " "]).pupil
    assert codes(checker().check(2, [*row("1").split(";"), "x"])) == {"row-length"}


def test_a_lost_leading_zero_of_the_school_is_put_back() -> None:
    pupil = check(instellingsnummer="30569").pupil
    assert pupil
    assert pupil.enrolment.school == "030569"


@pytest.mark.parametrize(
    ("insz", "state", "code"),
    [
        ("", OfficialState.MISSING, "official-missing"),
        ("15030700158", OfficialState.INVALID, "official-check-digits"),
        ("14450600268", OfficialState.INVALID, "official-birth-date"),
        ("1,50307E+10", OfficialState.INVALID, "official-form"),
    ],
)
def test_a_missing_or_wrong_number_is_a_warning_that_shows_two_digits(
    insz: str, state: OfficialState, code: str
) -> None:
    outcome = check(insz=insz)
    assert outcome.pupil
    assert outcome.pupil.facts.official is state
    assert outcome.pupil.facts.official_hash == ""
    (problem,) = outcome.problems
    assert (problem.code, problem.warning) == (code, True)
    assert not insz or insz not in problem.message


def test_a_number_in_the_wrong_cell_is_not_repeated_in_the_message() -> None:
    for written in ("15030700157", "15.03.07-001.57"):
        (problem,) = (p for p in check(hoofdstructuur=written).problems if p.code == "hoofdstructuur")
        assert "15030700" not in problem.message
        assert "001" not in problem.message
        assert "57" in problem.message


def test_a_separator_at_the_end_of_the_header_is_no_column() -> None:
    assert checker(HEADER + ";").check(2, row("1").split(";")).pupil


def test_names_keep_their_spelling_in_nfc_without_unseen_characters() -> None:
    outcome = check(naam="\u200bWis\u0301niewski\u202e", voornaam="Zoe\u0308\x07")
    assert outcome.pupil
    assert (outcome.pupil.facts.naam, outcome.pupil.facts.voornaam) == ("Wiśniewski", "Zoë")
    assert [problem.warning for problem in outcome.problems if problem.code == "unseen-characters"] == [
        True,
        True,
    ]


def test_a_decomposed_name_alone_is_no_reason_to_warn() -> None:
    assert "unseen-characters" not in codes(check(naam="Wis\u0301niewski"))


def test_cancelled_and_provisional_rows_are_skipped() -> None:
    cancelled = check(begindatum="2026-09-01", einddatum="2026-09-01")
    assert (cancelled.pupil, cancelled.rejected) == (None, False)
    provisional = checker(HEADER + ";voorlopig").check(2, [*row("1").split(";"), "1"])
    assert (provisional.pupil, provisional.rejected) == (None, False)
    assert checker(HEADER + ";voorlopig").check(2, [*row("1").split(";"), "0"]).pupil


def test_school_and_type_may_come_from_the_command_line() -> None:
    defaults = Defaults("041871", AccountType.GEVORDERD)
    pupil = checker("stamnummer;naam", defaults).check(2, ["7", "Maes"]).pupil
    assert pupil
    assert pupil.enrolment.key == ("041871", "7")
    assert pupil.enrolment.type is AccountType.GEVORDERD


def test_a_type_column_stands_in_for_the_hoofdstructuur() -> None:
    header = "instellingsnummer;stamnummer;naam;type"
    pupil = checker(header).check(2, ["030569", "7", "Maes", "Gevorderd"]).pupil
    assert pupil
    assert pupil.enrolment.type is AccountType.GEVORDERD
    assert codes(checker(header).check(2, ["030569", "7", "Maes", "x"])) >= {"type"}


def test_a_row_with_the_key_and_begin_of_an_earlier_one_is_a_duplicate() -> None:
    first = checker().check(2, row("1").split(";")).pupil
    again = checker().check(5, row("1", klas="5B").split(";")).pupil
    later = checker().check(6, row("1", begindatum="2026-10-15").split(";")).pupil
    assert first
    assert again
    assert later
    kept, problems = unique([first, again, later])
    assert kept == [first, later]
    assert [(problem.line, problem.code) for problem in problems] == [(5, "duplicate-row")]


@given(st.lists(st.text(max_size=40), max_size=16))
def test_any_cells_are_judged(cells: list[str]) -> None:
    outcome = checker().check(2, cells)
    assert (outcome.pupil is None) or not outcome.rejected


def typed(**cells: Typed) -> Outcome:
    """Return the result of checking a row of a workbook in which these cells were not text."""
    values = dict(zip(HEADER.split(";"), row("1204871").split(";"), strict=True))
    return checker().check(2, list((values | cells).values()))


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("stamnummer", Typed("1204871.5", CellKind.NUMBER), "number-form"),
        ("stamnummer", Typed("1.2E+22", CellKind.NUMBER), "number-form"),
        ("stamnummer", Typed("2015-03-07", CellKind.DATE), "cell-type"),
        ("naam", Typed("TRUE", CellKind.BOOL), "cell-type"),
        ("klas", Typed("2026-04-03", CellKind.DATE), "cell-type"),
        ("klas", Typed("#REF!", CellKind.ERROR), "cell-error"),
        ("instellingsnummer", Typed("", CellKind.FORMULA), "cell-error"),
        ("geboortedatum", Typed("#VALUE!", CellKind.ERROR), "cell-error"),
        ("geboortedatum", Typed("42070", CellKind.NUMBER), "date"),
        ("insz", Typed("#N/A", CellKind.ERROR), "cell-error"),
    ],
)
def test_a_cell_that_a_spreadsheet_spoilt_rejects_the_row(column: str, cell: Typed, code: str) -> None:
    outcome = typed(**{column: cell})
    assert outcome.rejected
    assert [(p.column, p.code) for p in outcome.problems if p.code == code] == [(column, code)]


def test_numbers_and_dates_of_a_spreadsheet_are_what_they_stand_for() -> None:
    outcome = typed(
        instellingsnummer=Typed("30569", CellKind.NUMBER),
        stamnummer=Typed("1204871", CellKind.NUMBER),
        geboortedatum=Typed("2003-03-07", CellKind.DATE),
        insz=Typed("3030700196", CellKind.NUMBER),
        klas=Typed("5", CellKind.NUMBER),
        hoofdstructuur=Typed("211", CellKind.NUMBER),
        einddatum=Typed("2027-08-31", CellKind.DATE),
    )
    assert outcome.pupil
    assert outcome.pupil.enrolment.key == ("030569", "1204871")
    assert outcome.pupil.facts.birth_date == date(2003, 3, 7)
    assert (outcome.pupil.enrolment.klas, outcome.pupil.enrolment.end) == ("5", date(2027, 8, 31))
    assert outcome.pupil.facts.official_hash == "hash of 03030700196"
    assert codes(outcome) == {"official-zeros"}


@pytest.mark.parametrize("stamnummer", ["1,20487E+06", "1.2E+06", "1E+06", "1,2e-05"])
def test_a_stamnummer_that_a_spreadsheet_cut_short_is_rejected(stamnummer: str) -> None:
    assert "number-form" in codes(checker().check(2, row(stamnummer).split(";")))


@pytest.mark.parametrize(
    ("number", "bis", "digits", "column", "code"),
    [
        ("15030700157", "", "15030700157", "", ""),
        ("", "14450600268", "14450600268", "", ""),
        ("15030700157", "14450600268", "15030700157", "", ""),
        ("000.00.00-000.00", "14450600268", "14450600268", "", ""),
        ("", "14450600269", "", "BISnummer", "official-check-digits"),
        ("", "", "", "Rijksregisternummer", "official-missing"),
        ("15030700158", "14450600268", "", "Rijksregisternummer", "official-check-digits"),
    ],
)
def test_the_number_that_is_filled_counts_the_rijksregisternummer_first(
    number: str, bis: str, digits: str, column: str, code: str
) -> None:
    header = "instellingsnummer;stamnummer;naam;hoofdstructuur;Rijksregisternummer;BISnummer"
    outcome = checker(header).check(2, ["030569", "7", "Maes", "211", number, bis])
    assert outcome.pupil
    assert outcome.pupil.facts.official_hash == (digits and f"hash of {digits}")
    assert [(p.column, p.code) for p in outcome.problems] == ([(column, code)] if code else [])


def test_a_row_shifted_by_a_comma_names_the_first_column_that_no_longer_fits() -> None:
    cells = row("1", einddatum="2027-08-31").split(";")
    (problem,) = checker().check(2, [*cells[:2], "Van", *cells[2:]]).problems
    assert (problem.code, problem.column) == ("row-length", "geboortedatum")
    (late,) = checker().check(2, [*cells, "x"]).problems
    assert (late.code, late.column) == ("row-length", "")


def test_a_hash_sign_or_a_word_for_true_as_text_stays_text() -> None:
    outcome = check(naam="#N/A", klas="TRUE")
    assert outcome.pupil
    assert (outcome.pupil.facts.naam, outcome.pupil.enrolment.klas) == ("#N/A", "TRUE")
