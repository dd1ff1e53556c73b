"""Files that are wrong, but could be true: columns shifted, sorted, swapped, decoded, from elsewhere or old."""

import random
from datetime import date, timedelta

from corrupting import (
    CASES,
    A,
    B,
    Made,
    Verdict,
    case,
    each,
    in_class,
    in_school,
    only,
    ordered,
    shifted,
)
from good_files import (
    AUGUST,
    FEBRUARY,
    JULY,
    LEAP_DAY,
    NOVEMBER,
    SEPTEMBER,
    Row,
    both,
    primary,
    pupil,
    secondary,
    text,
)
from world import HEADER

REFUSED, WITHHELD, NAMED = Verdict.REFUSED, Verdict.WITHHELD, Verdict.NAMED
FULL = "--full"


def moved_by(days: int, *columns: str) -> list[Row]:
    return each(
        both(),
        lambda row: {
            column: (date.fromisoformat(row[column]) + timedelta(days)).isoformat() for column in columns
        },
    )


def all_with(**cells: str) -> list[Row]:
    return each(both(), lambda _row: cells)


def shuffled(rows: list[Row], *columns: str) -> list[Row]:
    order = list(range(len(rows)))
    random.Random(5).shuffle(order)
    return [row | {c: rows[order[i]][c] for c in columns} for i, row in enumerate(rows)]


def swapped(rows: list[Row], one: str, other: str) -> list[Row]:
    return each(rows, lambda row: {one: row[other], other: row[one]})


# Birth dates.


@case(NAMED)
def every_birth_date_a_day_earlier() -> Made:
    return moved_by(-1, "geboortedatum")


@case(NAMED)
def every_birth_date_a_year_later() -> Made:
    return each(
        both(),
        lambda row: {"geboortedatum": f"{int(row['geboortedatum'][:4]) + 1}{row['geboortedatum'][4:]}"},
    )


@case(NAMED)
def one_birth_date_for_all() -> Made:
    return all_with(geboortedatum="2015-01-01")


@case(NAMED)
def birth_dates_sorted_alone() -> Made:
    return ordered(both(), "geboortedatum")


@case(NAMED, on=FEBRUARY)
def birth_dates_shifted_by_a_row() -> Made:
    return shifted(both(), "geboortedatum")


@case(NAMED)
def day_and_month_of_birth_swapped() -> Made:
    def change(row: Row) -> Row:
        year, month, day = row["geboortedatum"].split("-")
        return {"geboortedatum": f"{year}-{day}-{month}"} if int(day) <= 12 else {}

    return each(both(), change)


@case(NAMED)
def birth_dates_of_one_class_shifted() -> Made:
    return in_class(both(), "3A", lambda rows: shifted(rows, "geboortedatum"))


@case(NAMED, on=LEAP_DAY, before=lambda: [(date(2027, 9, 2), both(2027))])
def birth_dates_on_the_leap_day() -> Made:
    return each(both(2027), lambda row: {"geboortedatum": "2016-02-29"})


@case(NAMED)
def one_birth_date_that_contradicts_the_number() -> Made:
    rows = both()
    rows[20]["geboortedatum"] = "2014-04-04"
    return rows


@case(NAMED)
def birth_dates_shifted_and_no_numbers() -> Made:
    return [row | {"insz": ""} for row in shifted(both(), "geboortedatum")]


@case(NAMED)
def birth_dates_of_a_file_without_numbers() -> Made:
    return text(shifted(both(), "geboortedatum"), HEADER.replace("insz;", ""))


@case(NAMED, before=lambda: [], changes=1000)
def a_new_school_with_birth_dates_a_day_earlier() -> Made:
    return moved_by(-1, "geboortedatum")


@case(NAMED, before=lambda: [], changes=1000)
def a_new_school_with_numbers_shifted() -> Made:
    return shifted(primary(), "insz")


@case(NAMED, changes=25)
def a_new_class_with_birth_dates_shifted() -> Made:
    new = [pupil(700 + n, A, "4C", 9, 2026) for n in range(18)]
    return both() + shifted(new, "geboortedatum")


# Names.


@case(WITHHELD)
def naam_and_voornaam_swapped() -> Made:
    return swapped(both(), "naam", "voornaam")


@case(WITHHELD)
def naam_and_voornaam_swapped_in_one_class() -> Made:
    return in_class(both(), "2A", lambda rows: swapped(rows, "naam", "voornaam"))


@case(WITHHELD)
def names_in_capitals() -> Made:
    return each(both(), lambda row: {"naam": row["naam"].upper(), "voornaam": row["voornaam"].upper()})


@case(WITHHELD)
def names_without_accents() -> Made:
    plain = str.maketrans("éèëïöüçÇôóáńśęÖäœ", "eeeioucCooansaOao")
    return each(
        both(), lambda r: {"naam": r["naam"].translate(plain), "voornaam": r["voornaam"].translate(plain)}
    )


@case(WITHHELD)
def names_without_accents_in_one_class() -> Made:
    plain = str.maketrans("éèëïöüçÇôóáńśęÖäœ", "eeeioucCooansaOao")
    return in_class(
        both(), "2A", lambda rows: each(rows, lambda r: {"voornaam": r["voornaam"].translate(plain)})
    )


@case(WITHHELD)
def names_cut_at_eight() -> Made:
    return each(both(), lambda row: {"naam": row["naam"][:8]})


@case(WITHHELD)
def voornamen_cut_at_six() -> Made:
    return in_school(both(), A, lambda rows: each(rows, lambda row: {"voornaam": row["voornaam"][:6]}))


@case(REFUSED)
def names_in_mac_roman() -> Made:
    plain = text(both()).replace("ś", "s").replace("Ö", "O").replace("D'", "D")
    return plain.encode("mac_roman")


@case(REFUSED)
def names_in_dos_850() -> Made:
    return text(both()).replace("ś", "s").encode("cp850")


@case(REFUSED)
def names_in_cp1250_with_polish_letters() -> Made:
    rows = each(both(), lambda row: {"naam": row["naam"].replace("Gómez", "Łękawa")})
    return text(rows).encode("cp1250", "replace").replace(b"?", b"e")


@case(NAMED)
def names_in_mac_roman_made_utf8() -> Made:
    plain = text(both()).replace("ś", "s").replace("Ö", "O")
    return plain.encode("mac_roman").decode("cp1252", "replace").replace("\ufffd", "e").encode()


@case(WITHHELD)
def names_with_question_marks() -> Made:
    return text(both()).encode("ascii", "replace")


@case(WITHHELD)
def names_with_entities() -> Made:
    return each(
        both(),
        lambda row: {c: row[c].replace("ë", "&euml;").replace("é", "&eacute;") for c in ("naam", "voornaam")},
    )


@case(WITHHELD)
def names_with_escapes() -> Made:
    return each(
        both(), lambda row: {c: row[c].encode("unicode_escape").decode() for c in ("naam", "voornaam")}
    )


@case(WITHHELD)
def names_shifted_by_a_row_in_one_class() -> Made:
    return in_class(both(), "5A", lambda rows: shifted(rows, "naam", "voornaam"))


@case(WITHHELD)
def voornamen_shifted_in_one_class() -> Made:
    return in_class(both(), "5A", lambda rows: shifted(rows, "voornaam"))


@case(NAMED)
def two_children_with_each_others_names() -> Made:
    rows = both()
    one, other = rows[30], rows[33]
    for column in ("naam", "voornaam"):
        one[column], other[column] = other[column], one[column]
    return rows


@case(WITHHELD)
def names_sorted_alone() -> Made:
    return ordered(both(), "naam", "voornaam")


# Gender.


@case(NAMED)
def gender_of_all_the_same() -> Made:
    return all_with(geslacht="M")


@case(NAMED)
def gender_shifted() -> Made:
    return shifted(both(), "geslacht")


@case(NAMED)
def one_gender_that_contradicts_the_number() -> Made:
    rows = both()
    rows[20]["geslacht"] = "V" if rows[20]["geslacht"] == "M" else "M"
    return rows


# School, type, hoofdstructuur.


@case(WITHHELD, "--type", "gevorderd")
def type_gevorderd_for_the_primary_school() -> Made:
    return text(primary(), HEADER.replace("hoofdstructuur;", ""))


@case(WITHHELD, "--school", B)
def school_of_the_secondary_for_the_primary() -> Made:
    return text(primary(), HEADER.replace("instellingsnummer;", ""))


@case(WITHHELD)
def one_class_in_the_other_school() -> Made:
    return in_class(both(), "4A", lambda rows: each(rows, lambda _row: {"instellingsnummer": B}))


@case(WITHHELD, changes=0)
def one_class_in_a_school_that_does_not_exist() -> Made:
    return in_class(both(), "4A", lambda rows: each(rows, lambda _row: {"instellingsnummer": "030596"}))


@case(WITHHELD)
def hoofdstructuur_of_one_class_is_secondary() -> Made:
    return in_class(both(), "6A", lambda rows: each(rows, lambda _row: {"hoofdstructuur": "311"}))


@case(WITHHELD)
def hoofdstructuur_of_all_is_primary() -> Made:
    return all_with(hoofdstructuur="211")


@case(WITHHELD, before=lambda: [], changes=0)
def a_new_primary_school_as_secondary() -> Made:
    return each(primary(), lambda _row: {"hoofdstructuur": "311"})


# Classes and groups.


@case(WITHHELD)
def klas_shifted_by_a_row() -> Made:
    return shifted(both(), "klas")


@case(WITHHELD)
def klas_shifted_up_in_the_primary() -> Made:
    return in_school(both(), A, lambda rows: shifted(rows, "klas", by=-1))


@case(WITHHELD)
def klas_is_the_group() -> Made:
    return each(both(), lambda row: {"klas": row["administratieve_groep_omschrijving"]})


@case(WITHHELD)
def one_class_for_all() -> Made:
    return all_with(klas="1A")


@case(WITHHELD)
def a_class_for_each_pupil() -> Made:
    return each(both(), lambda row: {"klas": row["stamnummer"][-4:]})


@case(WITHHELD)
def klas_of_the_other_school() -> Made:
    rows = both()
    return in_school(rows, A, lambda mine: each(mine, lambda row: {"klas": row["klas"][0] + "LAT"}))


@case(WITHHELD)
def klas_with_blanks() -> Made:
    return each(both(), lambda row: {"klas": f"{row['klas'][0]} {row['klas'][1:]}"})


@case(NAMED)
def classes_are_dates() -> Made:
    return in_class(both(), "2A", lambda rows: each(rows, lambda _row: {"klas": "2-jan"}))


@case(NAMED, before=lambda: [], changes=1000)
def classes_of_a_new_school_are_exponents() -> Made:
    return each(primary(), lambda row: {"klas": "1,00E+03"})


@case(WITHHELD)
def klas_only_in_the_first_row_of_each_class() -> Made:
    seen: set[str] = set()

    def change(row: Row) -> Row:
        first = row["klas"] not in seen
        seen.add(row["klas"])
        return {} if first else {"klas": ""}

    return each(both(), change)


@case(WITHHELD)
def one_class_emptied_but_for_its_first_row() -> Made:
    return in_class(both(), "3A", lambda rows: rows[:1] + each(rows[1:], lambda _row: {"klas": ""}))


@case(WITHHELD)
def two_classes_exchanged() -> Made:
    exchange = {"3A": "4A", "4A": "3A"}
    return each(both(), lambda row: {"klas": exchange.get(row["klas"], row["klas"])})


@case(WITHHELD)
def groups_shifted_by_a_row() -> Made:
    return shifted(both(), "administratieve_groep", "administratieve_groep_omschrijving")


@case(WITHHELD)
def groups_of_one_class_are_those_of_another() -> Made:
    return in_class(both(), "3A", lambda rows: each(rows, lambda _row: {"administratieve_groep": "25"}))


@case(WITHHELD)
def groups_shuffled() -> Made:
    return shuffled(both(), "administratieve_groep")


# Begin and end.


@case(WITHHELD)
def one_begin_in_mid_year_for_all() -> Made:
    return all_with(begindatum="2026-11-20")


@case(WITHHELD)
def begin_a_day_earlier() -> Made:
    return moved_by(-1, "begindatum")


@case(REFUSED)
def begin_with_day_and_month_swapped() -> Made:
    return each(both(), lambda row: {"begindatum": "{0}-{2}-{1}".format(*row["begindatum"].split("-"))})


@case(WITHHELD)
def begin_empty() -> Made:
    return all_with(begindatum="")


@case(WITHHELD)
def begin_a_year_later() -> Made:
    return each(both(), lambda row: {"begindatum": "2027" + row["begindatum"][4:]})


@case(WITHHELD, FULL)
def ends_of_yesterday_for_all() -> Made:
    return all_with(einddatum="2026-11-23")


@case(WITHHELD)
def ends_of_yesterday_for_one_class() -> Made:
    return in_class(both(), "3A", lambda rows: each(rows, lambda _row: {"einddatum": "2026-11-23"}))


@case(WITHHELD)
def ends_of_next_week_for_all() -> Made:
    return all_with(einddatum="2026-12-01")


@case(WITHHELD)
def begin_and_end_exchanged() -> Made:
    return swapped(both(), "begindatum", "einddatum")


# Old files.


@case(REFUSED)
def the_file_of_last_year() -> Made:
    return both(2025)


@case(REFUSED, FULL, on=SEPTEMBER, before=lambda: [(date(2026, 9, 2), both()), (AUGUST, both(2027))])
def last_years_file_on_the_first_of_september() -> Made:
    return both(2026)


@case(WITHHELD, before=lambda: [(date(2026, 9, 2), both()), (date(2026, 11, 20), one_class_renamed())])
def the_file_before_the_newest() -> Made:
    return both()


def one_class_renamed() -> list[Row]:
    return in_class(both(), "3A", lambda rows: each(rows, lambda _row: {"klas": "3B"}))


# Stamnummers and official numbers.


@case(WITHHELD)
def stamnummers_of_one_class_are_new() -> Made:
    return in_class(
        both(), "3A", lambda rows: each(rows, lambda row: {"stamnummer": "77" + row["stamnummer"]})
    )


@case(NAMED)
def one_official_number_twice() -> Made:
    rows = both()
    rows[21] |= {c: rows[20][c] for c in ("naam", "voornaam", "geboortedatum", "geslacht", "insz")}
    rows[21]["stamnummer"] = "999999"
    return rows


@case(NAMED)
def stamnummers_shifted() -> Made:
    return shifted(both(), "stamnummer")


@case(NAMED, changes=6)
def stamnummers_sorted_alone_and_numbers_missing() -> Made:
    rows = each(both(), lambda _row: {"insz": ""})
    return shifted(rows, "stamnummer", by=3)


@case(WITHHELD)
def other_official_numbers_for_one_class() -> Made:
    def other(row: Row) -> Row:
        nine = f"{int(row['insz'][:9]) + 100:09d}"
        return {"insz": f"{nine}{97 - int('2' + nine) % 97:02d}"}

    return in_class(both(), "3A", lambda rows: each(rows, other))


@case(NAMED)
def official_numbers_damaged() -> Made:
    return each(both(), lambda row: {"insz": row["insz"][:-1]})


# Rows.


@case(NAMED, FULL)
def known_pupils_above_the_header() -> Made:
    lines = text(both()).splitlines()
    return "\n".join((*lines[1:20], lines[0], *lines[20:])) + "\n"


@case(WITHHELD, FULL)
def the_file_ends_in_the_middle() -> Made:
    lines = text(both()).splitlines()
    return "\n".join(lines[:150]) + "\n"


@case(WITHHELD, FULL, on=JULY, before=lambda: [(date(2026, 9, 2), both())])
def klas_shifted_in_july() -> Made:
    return shifted(both(), "klas")


@case(WITHHELD, on=SEPTEMBER)
def one_class_for_all_on_the_first_of_september() -> Made:
    return each(both(2027), lambda _row: {"klas": "1A"})


@case(WITHHELD, on=SEPTEMBER, changes=90)
def classes_shuffled_on_the_first_of_september() -> Made:
    return in_school(both(2027), A, lambda rows: shuffled(rows, "klas"))


@case(WITHHELD, on=AUGUST)
def klas_is_the_group_in_august() -> Made:
    return each(both(2027), lambda row: {"klas": row["administratieve_groep"]})


__all__ = ["CASES", "NOVEMBER", "only", "secondary"]
