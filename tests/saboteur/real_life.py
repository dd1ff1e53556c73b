"""Good files: what happens in a school year, and must pass without a word under -q."""

from datetime import date

from corrupting import A, B, Made, Verdict, case, each, in_class
from good_files import AUGUST, SEPTEMBER, Row, both, official_number, primary, pupil, secondary

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
    return both() + [pupil(700 + n, A, "4C", 9, 2026, begindatum="2026-11-16") for n in range(25)]


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
