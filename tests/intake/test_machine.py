"""Imports of a school year in any order: no account disappears, no username changes, nobody shares one."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from test_import_plan import ACCOUNT, ALL, carried_out, facts

from leerid_cli.intake import import_plan as planning
from leerid_cli.intake.check import PupilRow
from leerid_cli.intake.matching import Pupils, Rules
from leerid_cli.model.people import Enrolment, Person
from leerid_cli.model.plans import ImportPlan

SCHOOLS = ("030569", "041871")
CLASSES = ("1A", "1B", "2A")
CHILDREN = st.integers(0, 23)


class SchoolYear(RuleBasedStateMachine):
    """Changes what is true of the children (`files`), and imports it, completely or not, into `register`."""

    def __init__(self) -> None:
        super().__init__()
        self.today = date(2026, 9, 10)
        self.files: dict[tuple[str, str], PupilRow] = {}
        self.register: list[Person] = []
        self.accounts: dict[int, str] = {}

    @initialize(numbered=st.lists(st.booleans(), min_size=24, max_size=24))
    def first_import(self, numbered: list[bool]) -> None:
        for number, has_number in enumerate(numbered):
            key = (SCHOOLS[number % 2], str(number))
            known = facts(
                "Peeters", f"Kind{number}", date(2015, 1, 1 + number), f"h{number}" if has_number else ""
            )
            self.files[key] = self.row(key, known, CLASSES[number % 3])
        self.carry_out(self.plan(self.files))

    def row(self, key: tuple[str, str], known: object, klas: str) -> PupilRow:
        enrolment = Enrolment(*key, hoofdstructuur="211", klas=klas, begin=date(2026, 9, 1))
        return PupilRow("pupils.csv", 2, known, enrolment, ALL)  # type: ignore[arg-type]

    def plan(self, rows: dict, **more: object) -> ImportPlan:
        rules = {"full": more.pop("full", False), "accepted": more.pop("accepted", {})}
        return planning.plan_import(
            Pupils(tuple(rows.values()), **more), self.register, Rules(self.today, **rules)
        )  # type: ignore[arg-type]

    def carry_out(self, done: ImportPlan) -> None:
        assert not done.merges, "nobody is merged without an answer"
        self.register = carried_out(self.register, done)
        for person in self.register:
            if person.account is None:
                self.accounts[person.id] = f"u{person.id}"
        self.register = [
            person if person.account else replace(person, account=replace(ACCOUNT, username=f"u{person.id}"))
            for person in self.register
        ]

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        self.today = min(self.today + timedelta(days), date(2027, 8, 31))

    @rule(children=st.sets(CHILDREN, max_size=6), klas=st.sampled_from(CLASSES))
    def change_class(self, children: set[int], klas: str) -> None:
        for key, row in self.files.items():
            if int(key[1]) in children:
                self.files[key] = replace(row, enrolment=replace(row.enrolment, klas=klas))

    @rule(child=CHILDREN)
    def leave_or_come_back(self, child: int) -> None:
        keys = [key for key in self.files if int(key[1]) == child]
        if keys:
            self.away = getattr(self, "away", {}) | {key: self.files.pop(key) for key in keys}
        else:
            for key in [key for key in getattr(self, "away", {}) if int(key[1]) == child]:
                self.files[key] = self.away.pop(key)

    @rule(child=CHILDREN, both=st.booleans())
    def go_to_the_other_school(self, child: int, both: bool) -> None:
        for key, row in list(self.files.items()):
            other = SCHOOLS[1 - SCHOOLS.index(key[0])]
            if int(key[1]) == child and row.facts.official_hash and (other, key[1]) not in self.files:
                self.files[other, key[1]] = self.row((other, key[1]), row.facts, row.enrolment.klas)
                if not both:
                    del self.files[key]

    @rule(full=st.booleans())
    def import_whole(self, full: bool) -> None:
        done = self.plan(self.files, full=full)
        self.carry_out(done)
        again = self.plan(self.files, full=full)
        assert again.is_empty, "importing the same again changes nothing"

    @rule(school=st.sampled_from(SCHOOLS))
    def import_whole_and_accept_what_is_withheld(self, school: str) -> None:
        done = self.plan(self.files, full=True)
        accepted = {
            withheld.school: withheld.pupils for withheld in done.withheld if withheld.school == school
        }
        done = self.plan(self.files, full=True, accepted=accepted)
        assert not [withheld for withheld in done.withheld if withheld.school == school]
        self.carry_out(done)

    @rule(lost=st.sets(CHILDREN, min_size=4))
    def import_cut_short(self, lost: set[int]) -> None:
        """Import a file that lacks children; where four or more of a school are missing, none leaves."""
        active = {key for key in self.files if self.is_active(key)}
        rows = {key: row for key, row in self.files.items() if int(key[1]) not in lost}
        done = self.plan(rows, full=True)
        missing = {school: {key for key in active - rows.keys() if key[0] == school} for school in SCHOOLS}
        for school, keys in missing.items():
            if len(keys) > 3:
                assert not keys & set(done.left), school
        self.carry_out(done)

    @rule(
        unusable=st.sets(CHILDREN, max_size=4), illegible=st.sets(st.sampled_from((*SCHOOLS, "")), max_size=1)
    )
    def import_with_bad_rows(self, unusable: set[int], illegible: set[str]) -> None:
        bad = {key for key in self.files if int(key[1]) in unusable}
        rows = {key: row for key, row in self.files.items() if key not in bad}
        done = self.plan(rows, full=True, unusable=frozenset(bad), illegible=frozenset(illegible))
        assert not bad & set(done.left)
        assert not {key for key in done.left if {key[0], ""} & illegible}
        self.carry_out(done)

    @rule(child=CHILDREN)
    def import_another_child_under_a_known_key(self, child: int) -> None:
        other = facts("Maes", "Noor", date(2012, 1, 1), "")
        rows = {
            key: replace(row, facts=other) if int(key[1]) == child else row for key, row in self.files.items()
        }
        others = [person for person in self.register if person.voornaam != other.voornaam]
        known = {enrolment.key for person in others for enrolment in person.enrolments}
        done = self.plan(rows, full=True)
        touched = {key for key in rows if int(key[1]) == child} & known
        assert {hold.key for hold in done.holds} >= touched
        assert not touched & set(done.left)
        self.carry_out(done)

    def is_active(self, key: tuple[str, str]) -> bool:
        return any(
            enrolment.key == key and enrolment.gone is None
            for person in self.register
            for enrolment in person.enrolments
        )

    @invariant()
    def every_account_is_there_under_its_username(self) -> None:
        assert {
            person.id: person.account.username for person in self.register if person.account
        } == self.accounts
        assert len(set(self.accounts.values())) == len(self.accounts)

    @invariant()
    def every_key_and_every_number_is_one_person(self) -> None:
        keys = [key for person in self.register for key in {enrolment.key for enrolment in person.enrolments}]
        numbers = [person.official_hash for person in self.register if person.official_hash]
        assert len(keys) == len(set(keys))
        assert len(numbers) == len(set(numbers))

    @invariant()
    def only_who_is_in_no_school_is_suspended(self) -> None:
        for person in self.register:
            somewhere = any(enrolment.gone is None for enrolment in person.enrolments)
            assert person.account.suspended == ("" if somewhere else "import"), person.id  # type: ignore[union-attr]


TestSchoolYear = SchoolYear.TestCase
TestSchoolYear.settings = settings(max_examples=60, stateful_step_count=25, deadline=None, derandomize=True)
