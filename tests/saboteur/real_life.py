"""Good files: what happens in a school year, and must pass without a word under -q."""

from datetime import date

from corrupting import A, B, Made, Verdict, case, each, in_class
from good_files import (
    AUGUST,
    FEBRUARY,
    JULY,
    LEAP_DAY,
    SEPTEMBER,
    Row,
    both,
    official_number,
    primary,
    pupil,
    secondary,
    text,
)

FINE = Verdict.UNTOUCHED


@case(FINE)
def real_the_same_file() -> Made:
    return both()


@case(FINE, on=SEPTEMBER)
def real_first_of_september() -> Made:
    return both(2027)


@case(FINE, "--full", on=SEPTEMBER)
def real_first_of_september_with_leavers() -> Made:
    return secondary(2027)


@case(FINE)
def real_a_class_renamed() -> Made:
    return in_class(both(), "3A", lambda rows: each(rows, lambda _row: {"klas": "3 Vlinders"}))


@case(FINE)
def real_a_new_class() -> Made:
    return [*both(), *(pupil(700 + n, A, "4C", 9, 2026, begindatum="2026-11-16") for n in range(25))]


@case(FINE, "--full")
def real_two_leavers() -> Made:
    rows = both()
    return rows[:30] + rows[32:]


@case(FINE)
def real_a_few_spellings() -> Made:
    rows = both()
    rows[13]["naam"], rows[44]["voornaam"], rows[71]["naam"] = "Janssen", "Zoé", "De Smedt"
    return rows


@case(FINE)
def real_one_name_changed() -> Made:
    rows = both()
    rows[20]["naam"] = "Verbruggen"
    return rows


@case(FINE)
def real_birth_date_and_number_corrected() -> Made:
    rows = both()
    born = date(2018, 4, 4)
    rows[50] |= {"geboortedatum": born.isoformat(), "insz": official_number(born, rows[50]["geslacht"], 77)}
    return rows


@case(FINE)
def real_one_renumbered() -> Made:
    rows = both()
    rows[50]["stamnummer"] = "999001"
    return rows


@case(FINE, before=lambda: [])
def real_the_very_first_file() -> Made:
    return both()


@case(FINE)
def real_a_few_capitals() -> Made:
    rows = both()
    for index in (13, 40, 60):
        rows[index]["naam"] = rows[index]["naam"].upper()
    return rows


def leavers_in_the_secondary() -> list[Row]:
    leavers = [row for row in primary(2026) if row["klas"] == "6A"]
    return each(
        leavers,
        lambda row: {
            "instellingsnummer": B, "stamnummer": "9" + row["stamnummer"][-5:], "hoofdstructuur": "311",
            "klas": "1LAT", "begindatum": "2027-09-01", "administratieve_groep": "311",
        },
    )  # fmt: skip


@case(FINE, on=AUGUST)
def real_primary_leavers_in_the_secondary() -> Made:
    return [row for row in secondary(2027) if row["klas"] != "1LAT"] + leavers_in_the_secondary()


@case(FINE, "--full", on=AUGUST)
def real_the_old_file_on_the_last_of_august() -> Made:
    return both(2026)


@case(FINE, "--full", on=JULY)
def real_the_same_file_in_july() -> Made:
    return both()


@case(FINE, on=LEAP_DAY, before=lambda: [(date(2027, 9, 2), both(2027))])
def real_a_new_pupil_on_the_leap_day() -> Made:
    return [*both(2027), pupil(700, A, "3A", 8, 2027, begindatum="2028-02-29")]


@case(FINE, on=FEBRUARY)
def real_a_class_gets_another_group_with_a_new_enrolment() -> Made:
    rows = in_class(both(), "2LAT", lambda mine: each(mine, lambda _r: {"einddatum": "2027-01-31"}))
    again = [row for row in both() if row["klas"] == "2LAT"]
    new = {"begindatum": "2027-02-01", "administratieve_groep": "329"}
    return rows + [row | new for row in again]


@case(FINE)
def real_three_change_class() -> Made:
    rows = both()
    for index in (13, 14, 31):
        rows[index]["klas"] = "2A"
    return rows


@case(FINE)
def real_a_class_is_split() -> Made:
    return in_class(both(), "4A", lambda rows: rows[:9] + each(rows[9:], lambda _r: {"klas": "4B"}))


@case(FINE)
def real_expected_ends_are_filled_in() -> Made:
    return each(both(), lambda _r: {"einddatum": "2027-08-31"})


@case(FINE)
def real_one_class_of_the_school_only() -> Made:
    return [row for row in both() if row["klas"] == "5A"]


@case(FINE, on=SEPTEMBER)
def real_one_school_only_in_september() -> Made:
    return primary(2027)


@case(FINE)
def real_the_rows_in_another_order() -> Made:
    return sorted(both(), key=lambda row: (row["naam"], row["voornaam"], row["stamnummer"]))


@case(FINE)
def real_numbers_are_missing_for_some() -> Made:
    rows = both()
    for index in (13, 40, 60):
        rows[index]["insz"] = ""
    return rows


@case(FINE)
def real_a_bisnummer_becomes_a_rijksregisternummer() -> Made:
    rows = both()
    rows[45]["insz"] = official_number(
        date.fromisoformat(rows[45]["geboortedatum"]), rows[45]["geslacht"], 450
    )
    return rows


@case(FINE)
def real_accents_are_put_right() -> Made:
    rows = both()
    for row in rows[12:40]:
        row["voornaam"] = row["voornaam"].replace("Noor", "Nóor") if row["klas"] == "1A" else row["voornaam"]
    return rows


@case(FINE)
def real_apostrophes_are_curly() -> Made:
    return each(both(), lambda row: {"naam": row["naam"].replace("'", "’")})


@case(FINE)
def real_genders_are_written_out() -> Made:
    return each(both(), lambda row: {"geslacht": {"M": "Man", "V": "Vrouw"}[row["geslacht"]]})


@case(FINE, on=date(2027, 3, 16))
def real_next_years_enrolments_in_march() -> Made:
    return [*both(), *leavers_in_the_secondary()]


@case(FINE, on=date(2026, 9, 4), before=lambda: [(date(2026, 9, 2), both())])
def real_late_comers_in_september() -> Made:
    return [*both(), *(pupil(700 + n, B, "1LAT", 12, 2026, begindatum="2026-09-03") for n in range(4))]


def a_whole_year() -> list[tuple[date, list[Row]]]:
    return [(date(2026, 9, 2), both()), (SEPTEMBER, both(2027))]


@case(FINE, "--full", on=date(2027, 9, 3), before=a_whole_year)
def real_year_leavers_and_two_more() -> Made:
    return secondary(2027)[:-2]


@case(FINE, on=date(2026, 11, 25))
def real_one_moves_to_the_other_school() -> Made:
    rows = both()
    moved = rows[140] | {"instellingsnummer": A, "stamnummer": "777001", "begindatum": "2026-11-23"}
    return [*rows, moved | {"hoofdstructuur": "211", "klas": "6A"}]


@case(FINE, "--type", "basis", "--school", A, on=SEPTEMBER, before=lambda: [(date(2026, 9, 2), primary())])
def real_wisa_on_the_first_of_september() -> Made:
    header = "stamnummer;naam;voornaam;geboortedatum;geslacht;insz;klas"
    return text([row for row in primary(2027) if row["klas"] != "K3"], header)


@case(FINE)
def real_a_village_name_with_a_dash() -> Made:
    return [*both(), pupil(700, A, "3A", 8, 2026, naam="Van 't Hooft-D’Hoore", voornaam="Anne-Marie")]


@case(FINE)
def real_expected_ends_are_no_longer_exported() -> Made:
    return each(both(), lambda _row: {"einddatum": ""})
