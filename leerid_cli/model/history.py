"""What the history tells of: the names of events, as they stand in the store and in `leerid history`."""

from __future__ import annotations

from enum import StrEnum


class HistoryEvent(StrEnum):
    """What happened to a person or to the store. Values stand in the history for ever and never change."""

    REGISTERED = "registered"
    CHANGED = "changed"
    ENROLMENTS = "enrolments"
    LEFT = "left"
    MOVED = "moved"
    RETURNED = "returned"
    MERGED = "merged"
    ACCOUNT_CREATED = "account-created"
    ACCOUNT_CONVERTED = "account-converted"
    ACCOUNT_RENAMED = "account-renamed"
    ACCOUNT_ADOPTED = "account-adopted"
    PASSWORD_RESET = "password-reset"  # noqa: S105 - an event
    PASSWORD_ADOPTED = "password-adopted"  # noqa: S105 - an event
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 - an event
    SUSPENDED = "suspended"
    REACTIVATED = "reactivated"
    USERNAMES_RESERVED = "usernames-reserved"
    CARDS_PRINTED = "cards-printed"
    CONFLICT_KEPT = "conflict-kept"
    CONFLICT_LINKED = "conflict-linked"
    BATCH_ACCEPTED = "batch-accepted"
    BATCH_REISSUED = "batch-reissued"
    BACKUP = "backup"
    RESTORED = "restored"


HistoryEntry = tuple[int | None, HistoryEvent, dict[str, object]]
"""The person an event is about (None: the store), the event, and its details without secrets."""
