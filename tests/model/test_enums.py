"""Enums that the store holds are what its schema allows, and each member that is said in words has its words."""

import re
from enum import StrEnum

import pytest

from leerid_cli.intake import import_plan
from leerid_cli.model.batches import BatchState, FileState, IssueReason
from leerid_cli.model.history import HistoryEvent
from leerid_cli.model.people import (
    AccountType,
    Departure,
    OfficialState,
    PasswordKind,
    StatusReason,
    SuspendedBy,
)
from leerid_cli.store.schema import MIGRATIONS
from leerid_cli.workflows import adoption_report, import_report, served
from leerid_cli.workflows.adoption_outcome import COUNTS


def allowed(table: str, column: str) -> list[set[str]]:
    """Return the values that the CHECKs of the schema allow for a column of a table."""
    sql = [" ".join(statement.split()) for version in MIGRATIONS for statement in version]
    about = " ".join(one for one in sql if re.match(rf"(CREATE|ALTER) TABLE {table}\b", one))
    lists = re.findall(rf"CHECK \((?:{column} IS NULL OR \()?{column} IN \(([^)]*)\)", about)
    return [set(re.findall(r"'([^']*)'", values)) for values in lists]


@pytest.mark.parametrize(
    ("table", "column", "enum"),
    [
        ("batch", "state", BatchState),
        ("batch_file", "state", FileState),
        ("account", "suspended", SuspendedBy),
        ("account", "type", AccountType),
        ("enrolment", "type", AccountType),
        ("account", "password_kind", PasswordKind),
        ("person", "official", OfficialState),
        ("registration", "gone_how", Departure),
    ],
)
def test_the_schema_allows_exactly_the_members(table: str, column: str, enum: type[StrEnum]) -> None:
    assert allowed(table, column) == [{member.value for member in enum}]


def test_a_reason_to_issue_is_an_event_of_the_history() -> None:
    assert {reason.value for reason in IssueReason} <= {event.value for event in HistoryEvent}


def test_each_reason_for_no_account_has_words() -> None:
    assert set(served._REASONS) == set(StatusReason)


def test_each_count_of_a_report_has_a_label() -> None:
    assert set(import_report.LABELS) == {*import_plan.COUNTS, "skipped", "moved"}
    assert set(adoption_report.LABELS) == set(COUNTS)
