"""Wrong files, answers, undone answers and right files in any order: an account stays with its child.

The machine knows the truth: whose a stamnummer is, and what the answers in force say. It never looks at how the
program finds out.
"""

import shlex
import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from test_answers import give_account
from world import Result, World, row


@dataclass(frozen=True)
class Child:
    """A child as it really is; `username` is that of its account."""

    stamnummer: str
    voornaam: str
    born: str
    insz: str
    username: str

    def line(self) -> str:
        return row(self.stamnummer, voornaam=self.voornaam, geboortedatum=self.born, insz=self.insz)


# Twins with official numbers, twins of nearly one voornaam without, and a child beside them.
CHILDREN = (
    Child("1", "Lena", "2015-03-07", "15030700157", "lena"),
    Child("2", "Wout", "2015-03-07", "15030700256", "wout"),
    Child("3", "Emma", "2016-05-01", "", "emma"),
    Child("4", "Emmy", "2016-05-01", "", "emmy"),
    Child("5", "Noor", "2014-05-06", "14050600279", "noor"),
)
KEYS = st.sampled_from([child.stamnummer for child in CHILDREN])
NAMES = st.sampled_from([child.username for child in CHILDREN])
OWN = {child.stamnummer: child.username for child in CHILDREN}
EXCHANGES = (("insz",), ("stamnummer",), ("voornaam",), ("voornaam", "born"), ("insz", "born"))


class Answers(RuleBasedStateMachine):
    """Imports and answers in any order.

    `says` is whose each stamnummer is by the answers in force, by username; `linked` are the stamnummers that an
    answer gave to this child. `earlier` are both as they were before each answer that can still be undone.
    `in_force` counts the answers that were not undone.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.world = World(Path(self.folder.name))
        self.says, self.linked = dict(OWN), set[str]()
        self.earlier: list[tuple[dict[str, str], set[str]]] = []
        self.in_force, self.output = 0, ""

    def teardown(self) -> None:
        self.folder.cleanup()

    def run(self, *words: object) -> Result:
        done = self.world.run(*words)
        self.output += done.out + done.err
        return done

    def imported(self, children: list[Child]) -> Result:
        self.earlier.clear()
        return self.run("import", self.world.pupils(*(child.line() for child in children)))

    @initialize()
    def accounts_for_all(self) -> None:
        assert self.imported([*CHILDREN]).code == 0
        for child in CHILDREN:
            give_account(self.world, child.stamnummer, child.username)

    @rule()
    def right_file(self) -> None:
        done = self.imported([*CHILDREN])
        if not self.in_force:
            assert done.code == 0, done.err
            assert self.children() == {
                child.stamnummer: (child.voornaam, child.born, child.username) for child in CHILDREN
            }

    @rule(
        pair=st.sets(st.sampled_from(range(len(CHILDREN))), min_size=2, max_size=2),
        what=st.sampled_from(EXCHANGES),
    )
    def two_children_exchanged(self, pair: set[int], what: tuple[str, ...]) -> None:
        rows, (one, other) = [*CHILDREN], sorted(pair)
        for place, source in ((one, other), (other, one)):
            values = {name: getattr(CHILDREN[source], name) for name in what}
            rows[place] = replace(CHILDREN[place], **values)
        self.imported(rows)

    @rule(child=st.sampled_from(range(len(CHILDREN))))
    def another_child_under_a_stamnummer(self, child: int) -> None:
        rows = [*CHILDREN]
        rows[child] = replace(rows[child], voornaam="Ferdinand", born="2012-01-01", insz="")
        self.imported(rows)

    @rule(choice=st.integers(0, 30))
    def answer_from_the_list(self, choice: int) -> None:
        held = self.world.run("conflicts", "list", "--format", "json").json
        commands = [command for entry in held for command in entry["commands"]]
        if commands:
            _leerid, _conflicts, kind, pupil, *other = shlex.split(commands[choice % len(commands)])
            stamnummer = pupil.partition("/")[2]
            self.keep(stamnummer) if kind == "keep" else self.link(pupil, other[0])

    @rule(key=KEYS)
    def keep(self, key: str) -> None:
        self.answered(self.run("conflicts", "keep", f"030569/{key}"), {}, set())

    @rule(key=KEYS, other=NAMES)
    def link_a_stamnummer(self, key: str, other: str) -> None:
        self.link(f"030569/{key}", other)

    @rule(record=NAMES, other=KEYS)
    def link_a_record(self, record: str, other: str) -> None:
        self.link(record, f"030569/{other}")

    def link(self, one: str, other: str) -> None:
        held = {entry["pupil"] for entry in self.world.run("conflicts", "list", "--format", "json").json}
        into = self.says[other.partition("/")[2]] if "/" in other else other
        key = one.partition("/")[2]
        if one in held:
            moved, linked = {key}, {key}
        elif key in self.linked:
            moved, linked = {key}, set()
        else:
            owner = self.says[key] if key else one
            moved = linked = {key for key, username in self.says.items() if username == owner}
        before = self.world.snapshot()
        self.run("conflicts", "link", one, other, "--dry-run")
        assert self.world.snapshot() == before
        self.answered(self.run("conflicts", "link", one, other), dict.fromkeys(moved, into), linked)

    def answered(self, done: Result, says: dict[str, str], linked: set[str]) -> None:
        """Note what an answer that was accepted says; one that was refused changes nothing."""
        assert done.code in (0, 5, 6), done.err
        if done.code == 0:
            self.earlier.append((dict(self.says), set(self.linked)))
            self.says |= says
            self.linked = self.linked - says.keys() | linked
            self.in_force += 1

    @rule()
    def undo(self) -> None:
        done = self.run("conflicts", "undo")
        assert done.code == (0 if self.earlier else 5), done.err
        if self.earlier:
            self.says, self.linked = self.earlier.pop()
            self.in_force -= 1

    def children(self) -> dict[str, tuple[str, str, str]]:
        with sqlite3.connect(self.world.store) as store:
            rows = store.execute(
                "SELECT stamnummer, voornaam, birth_date, username FROM registration JOIN person ON person.id = person"
                " LEFT JOIN account USING (person)"
            )
            return {stamnummer: (voornaam, born, username) for stamnummer, voornaam, born, username in rows}

    @invariant()
    def every_stamnummer_has_the_account_that_the_last_answer_says(self) -> None:
        if self.output:
            assert {key: username for key, (_name, _born, username) in self.children().items()} == self.says

    @invariant()
    def nothing_tells_to_suspend_anybody(self) -> None:
        assert "leerid suspend" not in self.output


TestAnswers = Answers.TestCase
TestAnswers.settings = settings(max_examples=25, stateful_step_count=15, deadline=None, derandomize=True)
