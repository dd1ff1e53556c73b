"""More wrong files: values of another row, class, school or year, columns decoded, filled down or exchanged."""

from collections.abc import Callable
from datetime import date

from corrupting import A, B, Made, case, each, in_class, in_school, ordered, shifted
from corruptions import NAMED, REFUSED, WITHHELD, all_with, shuffled, swapped
from good_files import (
    AUGUST,
    FEBRUARY,
    JULY,
    LEAP_DAY,
    NOVEMBER,
    SEPTEMBER,
    Row,
    both,
    official_number,
    primary,
    pupil,
    secondary,
    text,
)
from world import HEADER


def without(column: str) -> str:
    return HEADER.replace(f"{column};", "")


def some(rows: list[Row], step: int, change: Callable[[Row], Row]) -> list[Row]:
    """Return the rows, with every so-manieth changed."""
    return [row | change(row) if index % step == 0 else row for index, row in enumerate(rows)]


# Names.


@case(WITHHELD, on=FEBRUARY)
def names_in_small_letters_in_one_class() -> Made:
    return in_class(both(), "4A", lambda rows: each(rows, lambda r: {"naam": r["naam"].lower()}))


@case(WITHHELD)
def names_with_accents_beside_their_letters() -> Made:
    marks = {"ë": "e¨", "é": "e´", "è": "e`", "ö": "o¨", "ü": "u¨", "ô": "o^"}
    return each(both(), lambda r: {"voornaam": "".join(marks.get(c, c) for c in r["voornaam"])})


@case(WITHHELD)
def names_without_letters_that_are_not_ascii() -> Made:
    return each(both(), lambda r: {c: r[c].encode("ascii", "ignore").decode() for c in ("naam", "voornaam")})


@case(REFUSED)
def names_read_as_cp1252_and_saved() -> Made:
    return text(both()).encode().decode("cp1252", "ignore").encode()


@case(WITHHELD)
def names_decoded_as_cp1250() -> Made:
    return text(both()).encode("cp1252", "replace").decode("cp1250").replace("?", "ś").encode()


@case(NAMED)
def one_name_decoded_otherwise() -> Made:
    rows = both()
    row = next(row for row in rows if row["voornaam"] == "Zoë")
    row["voornaam"] = "ZoÎ"
    return rows


@case(NAMED)
def one_naam_and_voornaam_turned_round() -> Made:
    rows = both()
    rows[40] |= {"naam": rows[40]["voornaam"], "voornaam": rows[40]["naam"]}
    return rows


@case(WITHHELD)
def surnames_without_their_particles() -> Made:
    return each(both(), lambda r: {"naam": r["naam"].split(" ")[-1]})


@case(WITHHELD)
def voornaam_repeated_in_naam() -> Made:
    return in_school(both(), B, lambda rows: each(rows, lambda r: {"naam": f"{r['voornaam']} {r['naam']}"}))


@case(WITHHELD)
def names_filled_down_in_one_class() -> Made:
    return in_class(
        both(), "2A", lambda rows: [r | {"naam": rows[i - i % 3]["naam"]} for i, r in enumerate(rows)]
    )


@case(WITHHELD)
def voornaam_of_all_blank() -> Made:
    return all_with(voornaam="")


@case(WITHHELD)
def names_of_one_class_are_those_of_another() -> Made:
    other = [row for row in both() if row["klas"] == "2A"]
    return in_class(
        both(),
        "3A",
        lambda rows: [r | {"naam": o["naam"]} for r, o in zip(rows, other, strict=True)],
    )


@case(WITHHELD)
def names_with_three_rotated() -> Made:
    rows = both()
    names = [(rows[i]["naam"], rows[i]["voornaam"]) for i in (20, 21, 22)]
    for i, name in zip((21, 22, 20), names, strict=True):
        rows[i]["naam"], rows[i]["voornaam"] = name
    return rows


@case(NAMED, changes=25)
def new_pupils_with_escaped_names() -> Made:
    return both() + [pupil(700 + n, A, "4C", 9, 2026, naam=f"Ozt\\u00fcrk{n}") for n in range(5)]


# Birth dates, genders and numbers.


@case(NAMED, on=JULY)
def birth_dates_empty_but_for_january() -> Made:
    return each(both(), lambda r: {"geboortedatum": r["geboortedatum"][:5] + "01-01"})


@case(NAMED)
def birth_dates_of_every_fifth_a_month_later() -> Made:
    return some(both(), 5, lambda r: {"geboortedatum": r["geboortedatum"][:8] + "28"})


@case(WITHHELD, before=lambda: [(date(2026, 9, 2), each(both(), lambda _r: {"insz": ""}))])
def birth_dates_shifted_where_no_numbers_are_known() -> Made:
    return shifted(each(both(), lambda _r: {"insz": ""}), "geboortedatum")


@case(NAMED)
def birth_dates_and_numbers_shifted_together() -> Made:
    return shifted(both(), "geboortedatum", "insz")


@case(NAMED)
def numbers_of_the_row_above() -> Made:
    return shifted(both(), "insz")


@case(NAMED)
def numbers_all_the_same() -> Made:
    return all_with(insz=both()[0]["insz"])


@case(WITHHELD, on=LEAP_DAY, before=lambda: [(date(2027, 9, 2), both(2027))])
def genders_of_a_file_without_numbers_inverted() -> Made:
    rows = each(both(2027), lambda r: {"geslacht": {"M": "V", "V": "M"}[r["geslacht"]]})
    return text(rows, without("insz"))


@case(NAMED)
def genders_of_every_tenth_inverted() -> Made:
    return some(both(), 10, lambda r: {"geslacht": {"M": "V", "V": "M"}[r["geslacht"]]})


@case(WITHHELD)
def genders_blank() -> Made:
    return all_with(geslacht="")


# Stamnummers, schools and types.


@case(WITHHELD)
def stamnummers_without_their_first_digit() -> Made:
    return in_school(both(), A, lambda rows: each(rows, lambda r: {"stamnummer": r["stamnummer"][1:]}))


@case(NAMED)
def stamnummers_of_one_class_shifted() -> Made:
    return in_class(both(), "3A", lambda rows: shifted(rows, "stamnummer"))


@case(WITHHELD)
def stamnummers_and_class_lists_renumbered() -> Made:
    return in_class(both(), "3A", lambda rows: [r | {"stamnummer": str(i + 1)} for i, r in enumerate(rows)])


@case(WITHHELD, on=SEPTEMBER, changes=120)
def the_secondary_under_the_number_of_the_primary() -> Made:
    return primary(2027) + each(secondary(2027), lambda _r: {"instellingsnummer": A, "hoofdstructuur": "211"})


@case(WITHHELD)
def schools_exchanged() -> Made:
    return each(both(), lambda r: {"instellingsnummer": {A: B, B: A}[r["instellingsnummer"]]})


@case(WITHHELD, "--type", "basis")
def type_basis_for_the_secondary() -> Made:
    return text(secondary(), without("hoofdstructuur"))


@case(WITHHELD)
def a_type_column_that_contradicts_one_class() -> Made:
    rows = in_class(both(), "5A", lambda mine: each(mine, lambda _r: {"hoofdstructuur": "gevorderd"}))
    rows = each(
        rows,
        lambda r: {
            "hoofdstructuur": r["hoofdstructuur"]
            .replace("211", "basis")
            .replace("111", "basis")
            .replace("311", "gevorderd")
        },
    )
    return text(rows).replace("hoofdstructuur", "type", 1)


@case(WITHHELD)
def hoofdstructuur_special_for_all() -> Made:
    return in_school(both(), B, lambda rows: each(rows, lambda _r: {"hoofdstructuur": "321"}))


@case(WITHHELD)
def hoofdstructuur_of_the_primary_is_that_of_kleuters() -> Made:
    return in_school(both(), A, lambda rows: each(rows, lambda _r: {"hoofdstructuur": "111"}))


# Classes and groups.


@case(WITHHELD)
def klas_sorted_alone() -> Made:
    rows = sorted(both(), key=lambda r: (r["naam"], r["voornaam"], r["stamnummer"]))
    return in_school(rows, A, lambda mine: ordered(mine, "klas"))


@case(WITHHELD)
def klas_cut_to_one_character() -> Made:
    return each(both(), lambda r: {"klas": r["klas"][:1]})


@case(WITHHELD)
def klas_in_small_letters() -> Made:
    return each(both(), lambda r: {"klas": r["klas"].lower()})


@case(WITHHELD)
def klas_of_last_year() -> Made:
    last = {f"{grade}A": f"{grade - 1}A" for grade in range(2, 7)}
    return each(both(), lambda r: {"klas": last.get(r["klas"], r["klas"])})


@case(WITHHELD)
def klas_and_group_exchanged() -> Made:
    return swapped(both(), "klas", "administratieve_groep")


@case(WITHHELD)
def klas_filled_down_over_its_neighbours() -> Made:
    rows = both()
    return [row | {"klas": rows[index - index % 20]["klas"]} for index, row in enumerate(rows)]


@case(NAMED)
def classes_are_day_numbers() -> Made:
    return in_school(both(), A, lambda rows: each(rows, lambda _r: {"klas": "46054"}))


@case(WITHHELD)
def klas_blank_for_one_class() -> Made:
    return in_class(both(), "6LAT", lambda rows: each(rows, lambda _r: {"klas": ""}))


@case(WITHHELD, on=FEBRUARY)
def groups_all_the_same() -> Made:
    return all_with(administratieve_groep="21")


@case(WITHHELD)
def groups_without_their_first_digit() -> Made:
    return each(both(), lambda r: {"administratieve_groep": r["administratieve_groep"][1:]})


@case(WITHHELD)
def names_of_groups_shuffled() -> Made:
    return shuffled(both(), "administratieve_groep_omschrijving")


@case(WITHHELD, on=SEPTEMBER, changes=90)
def klas_shifted_on_the_first_of_september() -> Made:
    return in_school(both(2027), A, lambda rows: shifted(rows, "klas"))


@case(WITHHELD, on=SEPTEMBER, changes=90)
def a_class_each_on_the_first_of_september() -> Made:
    return in_school(both(2027), A, lambda rows: [r | {"klas": f"1{i}"} for i, r in enumerate(rows)])


@case(WITHHELD, on=SEPTEMBER)
def names_shifted_on_the_first_of_september() -> Made:
    return shifted(both(2027), "naam", "voornaam")


@case(WITHHELD, on=SEPTEMBER, changes=90)
def classes_of_the_secondary_on_the_first_of_september() -> Made:
    rows = both(2027)
    return in_school(
        rows,
        A,
        lambda mine: each(mine, lambda r: {"klas": f"{max(1, int(r['administratieve_groep'][-1]))}LAT"}),
    )


# Begin and end.


@case(WITHHELD, on=FEBRUARY)
def begin_is_the_day_of_the_export() -> Made:
    return all_with(begindatum="2027-02-09")


@case(REFUSED)
def begin_is_the_birth_date() -> Made:
    return in_school(both(), A, lambda rows: each(rows, lambda r: {"begindatum": r["geboortedatum"]}))


@case(WITHHELD, on=SEPTEMBER)
def begin_of_the_new_year_a_day_earlier() -> Made:
    return each(both(2027), lambda _r: {"begindatum": "2027-08-31"})


@case(WITHHELD, on=SEPTEMBER)
def begin_of_the_new_year_a_year_later() -> Made:
    return each(both(2027), lambda _r: {"begindatum": "2028-09-01", "einddatum": ""})


@case(WITHHELD)
def begin_in_february_for_one_class() -> Made:
    return in_class(both(), "2LAT", lambda rows: each(rows, lambda _r: {"begindatum": "2027-02-01"}))


@case(WITHHELD)
def begins_sorted_alone_by_name() -> Made:
    return in_class(
        both(), "3A", lambda rows: [r | {"begindatum": f"2026-10-{i + 1:02d}"} for i, r in enumerate(rows)]
    )


@case(WITHHELD, "--full", on=FEBRUARY)
def ends_of_december_for_all() -> Made:
    return all_with(einddatum="2026-12-18")


@case(WITHHELD)
def ends_a_day_earlier() -> Made:
    return in_school(both(), B, lambda rows: each(rows, lambda _r: {"einddatum": "2027-08-30"}))


@case(WITHHELD)
def ends_of_this_year_before_next_year() -> Made:
    return in_school(both(), B, lambda rows: each(rows, lambda _r: {"einddatum": "2026-12-24"}))


# Old and partial files, rows.


@case(REFUSED, on=FEBRUARY)
def the_file_of_two_years_ago() -> Made:
    return both(2024)


@case(
    REFUSED,
    on=date(2027, 8, 25),
    before=lambda: [(date(2026, 9, 2), both()), (date(2027, 8, 20), both(2027))],
)
def this_years_file_after_next_years() -> Made:
    return both(2026)


@case(WITHHELD)
def one_class_of_last_year() -> Made:
    last = {row["stamnummer"]: row for row in both(2025)}
    return in_class(both(), "4A", lambda rows: [last[row["stamnummer"]] for row in rows])


def with_leavers() -> list[tuple[date, list[Row]]]:
    return [(date(2026, 9, 2), both()), (date(2027, 9, 1), both(2027))]


@case(NAMED, "--full")
def known_pupils_above_the_header_with_a_title() -> Made:
    lines = text(both()).splitlines()
    return "\n".join(("Leerlingen 2026-2027", *lines[1:8], lines[0], *lines[8:])) + "\n"


@case(WITHHELD, "--full", on=NOVEMBER)
def one_class_missing() -> Made:
    return [row for row in both() if row["klas"] != "3LAT"]


@case(WITHHELD, "--full")
def the_last_third_missing() -> Made:
    return both()[:140]


@case(WITHHELD, "--full")
def every_seventh_row_missing() -> Made:
    return [row for index, row in enumerate(both()) if index % 7]


@case(WITHHELD, "--full", on=AUGUST, before=lambda: [(date(2026, 9, 2), both())])
def klas_blank_on_the_last_of_august() -> Made:
    return all_with(klas="")


@case(NAMED)
def rows_of_two_children_merged() -> Made:
    rows = both()
    for index in (20, 24, 28, 32):
        other = rows[index + 1]
        rows[index] |= {
            "naam": other["naam"],
            "voornaam": other["voornaam"],
            "geboortedatum": other["geboortedatum"],
        }
    return rows


@case(NAMED, changes=1)
def one_number_on_two_new_rows() -> Made:
    new = [pupil(700 + n, A, "4C", 9, 2026) for n in range(2)]
    new[1] = new[0] | {"stamnummer": "999888"}
    return both() + new


@case(NAMED, changes=25, before=lambda: [(date(2026, 9, 2), secondary())])
def a_new_class_with_the_numbers_of_another_century() -> Made:
    new = [pupil(700 + n, B, "1LAT", 12, 2026) for n in range(18)]
    return secondary() + each(
        new,
        lambda r: {
            "insz": official_number(date.fromisoformat("19" + r["geboortedatum"][2:]), r["geslacht"], 7)
        },
    )


@case(WITHHELD, on=date(2026, 9, 3), before=lambda: [(date(2026, 9, 2), both())])
def everything_of_the_neighbour_but_name_and_number() -> Made:
    columns = ("klas", "administratieve_groep", "administratieve_groep_omschrijving", "begindatum")
    return in_school(both(), A, lambda rows: shifted(rows, *columns, by=2))
