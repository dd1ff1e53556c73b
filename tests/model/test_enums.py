"""Enums that the store holds are what its schema allows, and each member that is said in words has its words."""

import re
from enum import StrEnum

import pytest

from leerid_cli.intake import import_plan
from leerid_cli.model.batches import BatchState, IssueReason
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
from leerid_cli.workflows import adoption_report, import_files, served
from leerid_cli.workflows.adoption_outcome import COUNTS


def allowed(column: str) -> list[set[str]]:
    """Return the values that each CHECK of the schema allows for columns of this name."""
    sql = " ".join(" ".join(statement.split()) for version in MIGRATIONS for statement in version)
    lists = re.findall(rf"CHECK \((?:{column} IS NULL OR \()?{column} IN \(([^)]*)\)", sql)
    return [set(re.findall(r"'([^']*)'", values)) for values in lists]


@pytest.mark.parametrize(
    ("column", "enum"),
    [
        ("state", BatchState),
        ("suspended", SuspendedBy),
        ("type", AccountType),
        ("password_kind", PasswordKind),
        ("official", OfficialState),
        ("gone_how", Departure),
    ],
)
def test_the_schema_allows_exactly_the_members(column: str, enum: type[StrEnum]) -> None:
    found = allowed(column)
    assert found
    assert all(values == {member.value for member in enum} for values in found), found


def test_a_reason_to_issue_is_an_event_of_the_history() -> None:
    assert {reason.value for reason in IssueReason} <= {event.value for event in HistoryEvent}


def test_each_reason_for_no_account_has_words() -> None:
    assert set(served._REASONS) == set(StatusReason)


def test_each_count_of_a_report_has_a_label() -> None:
    assert set(import_files.LABELS) == {*import_plan.COUNTS, "skipped", "moved"}
    assert set(adoption_report.LABELS) == set(COUNTS)
