"""Checks of what identifies a child: names, birth date, gender and official number."""

from __future__ import annotations

from collections.abc import Callable

from leerid_cli.i18n import _
from leerid_cli.intake.guard import names
from leerid_cli.intake.guard.check import ANY, CLASS, RARE, SCHOOL, Check, Context, Found
from leerid_cli.intake.official import gender_of
from leerid_cli.intake.survey import Change, SchoolImport
from leerid_cli.model.people import OfficialState

NAMES = frozenset(("naam", "voornaam"))


def where(test: Callable[[Change], bool]) -> Callable[[SchoolImport, Context], Found]:
    """Return the `find` of a check that looks at one pupil at a time."""

    def find(school: SchoolImport, _context: Context) -> Found:
        return {change.key: change.klas for change in school.changes if test(change)}

    return find


def _pairs(change: Change) -> list[tuple[str, str]]:
    """Return (before, now) of each name that changed in more than apostrophes and blanks."""
    pairs = ((change.before.naam, change.now.naam), (change.before.voornaam, change.now.voornaam))
    return [(before, now) for before, now in pairs if not names.same_spelling(before, now)]


def _has_odd_character(change: Change) -> bool:
    return any(names.new_odd_character(now, before) for before, now in _pairs(change))


def _decoded(change: Change) -> bool:
    return any(names.decoded_otherwise(now, before) for before, now in _pairs(change))


def _lost_accents(change: Change) -> bool:
    return any(names.lost_accents(now, before) for before, now in _pairs(change))


def _cut(change: Change) -> bool:
    return any(names.is_cut(now, before) for before, now in _pairs(change))


def _turned_round(change: Change) -> bool:
    before, now = change.before, change.now
    return before.naam != before.voornaam and (before.naam, before.voornaam) == (now.voornaam, now.naam)


def _exchanged(school: SchoolImport, _context: Context) -> Found:
    """Return the pupils who would have the name of another pupil whose name changes too."""
    found: dict[tuple[str, str], str] = {}
    renamed = [change for change in school.changes if _pairs(change)]
    for values in (
        [(c.before.naam, c.now.naam) for c in renamed],
        [(c.before.voornaam, c.now.voornaam) for c in renamed],
    ):
        pairs = names.exchanged(values)
        found |= {c.key: c.klas for c, pair in zip(renamed, values, strict=True) if pair in pairs}
    former = {(c.before.naam, c.before.voornaam): c for c in renamed}
    for change in renamed:
        other = former.get((change.now.naam, change.now.voornaam), change)
        if other.person != change.person:  # both: else the next import would find only one renamed
            found |= {change.key: change.klas, other.key: other.klas}
    return found


def contradicts_number(change: Change) -> bool:
    """Tell whether a new birth date contradicts an official number that is registered as valid."""
    before, now = change.before, change.now
    if before.birth_date == now.birth_date or before.official is not OfficialState.VALID:
        return False
    unknown = before.birth_date is None and "birth_date" not in change.row.doubts
    return not unknown and change.row.facts.official is not OfficialState.VALID


def _new_gender(change: Change) -> bool:
    return gender_of(change.before.gender) != gender_of(change.now.gender) and bool(change.before.gender)


def _gender_contradicts(change: Change) -> bool:
    return _new_gender(change) and "gender" in change.row.doubts


def _new_number(change: Change) -> bool:
    before, now = change.before.official_hash, change.now.official_hash
    return bool(before and now) and before != now


def _invalid(school: SchoolImport, context: Context) -> Found:
    """Return the pupils whose number is wrong now, but for those whose birth date contradicts it."""
    told = {change.key for change in school.changes if contradicts_number(change)}
    return {key: "" for key in school.invalid if key not in told}


def _doubtful(school: SchoolImport, _context: Context) -> Found:
    return {a.key: a.row.enrolment.klas for a in school.arrivals if "birth_date" in a.row.doubts}


CHECKS = (
    Check(
        "birth-date-contradicts-number",
        where(contradicts_number),
        lambda: _("the birth date contradicts the official number, which is registered as valid"),
        columns=frozenset(("birth_date",)),
        contradicts=True,
    ),
    Check(
        "gender-contradicts-number",
        where(_gender_contradicts),
        lambda: _("the gender contradicts the official number"),
        columns=frozenset(("gender",)),
        contradicts=True,
    ),
    Check(
        "name-sign",
        where(_has_odd_character),
        lambda: _("{n} of {active} pupils would get a name with a sign that no name has"),
        ANY,
        columns=NAMES,
    ),
    Check(
        "name-decoded",
        where(_decoded),
        lambda: _("{n} of {active} pupils would get their own name, read in another encoding"),
        ANY,
        columns=NAMES,
    ),
    Check(
        "names-exchanged",
        _exchanged,
        lambda: _("{n} of {active} pupils would get the name of another pupil"),
        ANY,
        columns=NAMES,
    ),
    Check(
        "names-turned-round",
        where(_turned_round),
        lambda: _("naam and voornaam of {n} of {active} pupils would change places"),
        ANY,
        columns=NAMES,
    ),
    Check(
        "names-without-accents",
        where(_lost_accents),
        lambda: _("{n} of {active} pupils would lose the accents in their name"),
        ANY,
    ),
    Check(
        "names-cut",
        where(_cut),
        lambda: _("the names of {n} of {active} pupils would be cut short"),
        ANY,
    ),
    Check(
        "mass-renamed",
        where(lambda change: bool(_pairs(change))),
        lambda: _("{n} of {active} pupils would change name"),
        SCHOOL,
        CLASS,
    ),
    Check(
        "mass-new-birth-dates",
        where(
            lambda change: (
                bool(change.before.birth_date)
                and change.before.birth_date != change.now.birth_date
                and not contradicts_number(change)
            )
        ),
        lambda: _("{n} of {active} pupils would get another birth date"),
        RARE,
        CLASS,
    ),
    Check(
        "mass-new-genders",
        where(lambda change: _new_gender(change) and not _gender_contradicts(change)),
        lambda: _("{n} of {active} pupils would get another gender"),
        RARE,
        CLASS,
    ),
    Check(
        "mass-new-numbers",
        where(_new_number),
        lambda: _("{n} of {active} pupils would get another official number"),
        RARE,
        CLASS,
    ),
)
# What is only said, because it changes nothing in the register that is known to be right.
TOLD = (
    Check(
        "mass-wrong-numbers",
        _invalid,
        lambda: _("{n} of {active} pupils have a wrong official number, and a valid one is registered"),
    ),
    Check(
        "new-numbers-contradict",
        _doubtful,
        lambda: _("the official numbers of {n} new pupils contradict their birth dates"),
        ANY,
    ),
)
