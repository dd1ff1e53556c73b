"""Carries out the checks of the guard: what of an import is withheld, what is not taken over, who is named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from leerid_cli.i18n import _
from leerid_cli.intake.check import PupilRow
from leerid_cli.intake.guard import arrivals, columns, enrolments, messages, names, pairs, persons, years
from leerid_cli.intake.guard.check import SCHOOL, Check, Context, Found, exceeds
from leerid_cli.intake.guard.classes import is_made
from leerid_cli.intake.likeness import identity
from leerid_cli.intake.matching import Key, Matcher, Rules
from leerid_cli.intake.survey import Arrival, SchoolImport
from leerid_cli.model.plans import Detail
from leerid_cli.model.reports import Problem

CHECKS: tuple[Check, ...] = (
    *persons.CHECKS,
    *arrivals.CHECKS,
    *enrolments.CHECKS,
    *years.CHECKS,
    *columns.CHECKS,
    *pairs.CHECKS,
)
OF_OLD_FILES = years.OF_OLD_FILES


@dataclass
class Judged:
    """What the guard decided.

    `left_out` are columns that are not taken over, by key, for good; `slight` the same where the operator can
    accept them; `refused` are keys of new pupils whose rows are not taken over; `without_klas` those who are
    registered without a class. `named` are the problems to report, `details` the values in them. `too_old`
    are the schools whose files are older than the last ones, with the number of pupils.
    """

    left_out: dict[Key, frozenset[str]] = field(default_factory=lambda: defaultdict(frozenset))
    slight: dict[Key, frozenset[str]] = field(default_factory=lambda: defaultdict(frozenset))
    refused: set[Key] = field(default_factory=set)
    without_klas: set[Key] = field(default_factory=set)
    named: list[Problem] = field(default_factory=list)
    details: list[Detail] = field(default_factory=list)
    too_old: dict[str, int] = field(default_factory=dict)


def judge(schools: Mapping[str, SchoolImport], matcher: Matcher, rules: Rules) -> Judged:
    """Return what is not taken over, and note in each school which changes are withheld.

    `matcher` has the register before, and as the rows would make it. Rows about which somebody answered
    (`rules.answers`) are let through, and with `rules.older` old files.
    """
    judged, context = Judged(), Context(matcher, schools, rules.today, rules.past, rules.full)
    for number, school in sorted(schools.items()):
        if not (school.changes or school.arrivals or school.invalid):
            continue
        if not rules.older and (old := years.too_old(school, context)):
            judged.too_old[number] = len(old)
        answered = set(_answered(school, rules))
        for check in (*CHECKS, *(() if rules.older else OF_OLD_FILES)):
            found = {key: k for key, k in check.find(school, context).items() if key not in answered}
            if found:
                _note(check, found, school, judged)
        _hold_newcomers(school)
        _tell(school, context, judged)
        _judge_arrivals(school, context, judged, answered, rules.encoding_named)
    return judged


def _answered(school: SchoolImport, rules: Rules) -> Iterator[Key]:
    """Yield the pupils about whose rows somebody answered who they are."""
    if rules.answers:
        rows = [change.row for change in school.changes] + [arrival.row for arrival in school.arrivals]
        for row in rows:
            if (*row.enrolment.key, identity(row.facts)) in rules.answers:
                yield row.enrolment.key


def _hold_newcomers(school: SchoolImport) -> None:
    """Withhold the new pupils too where the rows of so many others are: their rows are of the same file."""
    new = {arrival.key for arrival in school.arrivals} - school.dropped
    if new and exceeds(len(school.dropped), len(school.active), SCHOOL):
        school.suspicious[arrivals.OTHERS.code] = new
        school.dropped |= new


def _note(check: Check, found: Found, school: SchoolImport, judged: Judged) -> None:
    """Note what follows from the pupils whom one check found in a school."""
    many = set() if check.contradicts else check.too_many(school, found)
    if many:
        school.suspicious[check.code] = many
        school.dropped |= many
    few = found.keys() - many
    if not (few and check.columns):
        return
    if not check.contradicts:
        school.suspicious[check.code] = many | few
    left_out = judged.left_out if check.contradicts else judged.slight
    for key in few:
        left_out[key] |= check.columns
    if check.contradicts:
        changes = [change for change in school.changes if change.key in few]
        judged.details += (
            replace(detail, code=check.code)
            for change in changes
            for detail in messages.details(change)
            if detail.field in check.columns
        )
        judged.named += messages.named(check, school.number, changes)


def _tell(school: SchoolImport, context: Context, judged: Judged) -> None:
    """Report what is wrong in a file, but changes nothing that is known to be right."""
    for check in persons.TOLD:
        found = check.find(school, context)
        if check.too_many(school, found):
            text = check.words().format(n=len(found), active=len(school.active))
            message = _("school {school}: {what}").format(school=school.number, what=text)
            judged.named.append(Problem(check.code, message))


def _judge_arrivals(
    school: SchoolImport, context: Context, judged: Judged, answered: Collection[Key], any_name: bool
) -> None:
    """Keep out new pupils whose names no child has, or whose number is another pupil's; name their classes."""
    twice = arrivals.TWICE.find(school, context)
    found: dict[str, list[tuple[Arrival, str]]] = defaultdict(list)
    for arrival in school.arrivals:
        if arrival.key in answered:
            continue
        facts = arrival.row.facts
        if wrong := not any_name and (names.odd_character(facts.naam) or names.odd_character(facts.voornaam)):
            judged.refused.add(arrival.key)
            found["name-sign"].append((arrival, _("no name has {character} in it").format(character=wrong)))
        elif arrival.key in twice:
            judged.refused.add(arrival.key)
            found[arrivals.TWICE.code].append((arrival, arrivals.TWICE.words()))
        if is_made(klas := arrival.row.enrolment.klas):
            judged.without_klas.add(arrival.key)
            text = _("a spreadsheet made {klas} of the name of the class").format(klas=klas)
            found["class-made-by-spreadsheet"].append((arrival, text))
    for code, pupils in found.items():
        judged.named += messages.named_arrivals(code, school.number, pupils)
        judged.details += (
            Detail(arrival.key, messages.column(code), "", why, code) for arrival, why in pupils
        )


def words(school: SchoolImport, code: str) -> str:
    """Return for the user what the check of this code found."""
    check = next(check for check in (*CHECKS, *OF_OLD_FILES, arrivals.OTHERS) if check.code == code)
    return check.words().format(n=len(school.suspicious[code]), active=len(school.active))


def kept_rows(
    rows: Sequence[PupilRow], dropped: Collection[Key], judged: Judged, accepted: Collection[str]
) -> Sequence[PupilRow]:
    """Return the rows that are taken over, without the columns that are not; `rows` itself where all are.

    `dropped` are keys whose rows are withheld, `accepted` the schools whose changes the operator accepted.
    """
    if not (dropped or judged.refused or judged.left_out or judged.slight or judged.without_klas):
        return rows
    kept = []
    for row in rows:
        key = row.enrolment.key
        if key in dropped or key in judged.refused:
            continue
        out = judged.left_out.get(key, frozenset())
        if key[0] not in accepted:
            out |= judged.slight.get(key, frozenset())
        if key in judged.without_klas:
            row = replace(row, enrolment=replace(row.enrolment, klas=""))
        kept.append(replace(row, columns=row.columns - out) if out else row)
    return kept


def all_details(
    schools: Mapping[str, SchoolImport], withheld: Iterable[str], judged: Judged
) -> tuple[Detail, ...]:
    """Return the values that are not taken over, of the schools from which something is withheld and of others."""
    found = list(judged.details)
    for number in withheld:
        school = schools[number]
        keys: set[Key] = set().union(*school.suspicious.values())
        for change in school.changes:
            found += messages.details(change) if change.key in keys else ()
        for arrival in school.arrivals:
            if arrival.key in keys:
                known = ", ".join(dict.fromkeys("/".join(one.key) for one in arrival.known))
                found.append(Detail(arrival.key, "enrolments", known, "/".join(arrival.key)))
        found += (Detail(key, "departure", _class_of(school, key), "") for key in sorted(school.going))
    return tuple(dict.fromkeys(found))


def _class_of(school: SchoolImport, key: Key) -> str:
    return next((klas for klas, members in school.classes.items() if key in members), "")
