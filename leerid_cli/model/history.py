"""The events of the history, as `leerid history` shows them; the history is append-only, without secrets."""

from __future__ import annotations

from enum import StrEnum


class HistoryEvent(StrEnum):
    """What happened to a person or to the store. The values stand in old histories, so they never change."""

    # By an import:
    REGISTERED = "registered"  # a new person
    CHANGED = "changed"  # a name, birth date, gender or official number became another
    ENROLMENTS = "enrolments"  # the enrolments in one school became others
    LEFT = "left"  # the pupil left a school
    MOVED = "moved"  # the pupil left a school and is in another one here
    RENUMBERED = "renumbered"  # the pupil has another stamnummer in the same school
    RETURNED = "returned"  # the pupil is back in a school, or back from having left all
    MERGED = "merged"  # another person turned out to be the same child
    # Accounts and passwords:
    ACCOUNT_CREATED = "account-created"
    ACCOUNT_CONVERTED = "account-converted"  # another type, and a new password
    ACCOUNT_RENAMED = "account-renamed"  # another username, and a new password
    ACCOUNT_ADOPTED = "account-adopted"  # taken over from a file
    PASSWORD_RESET = "password-reset"  # noqa: S105 - an event: a new password was drawn or typed
    PASSWORD_ADOPTED = "password-adopted"  # noqa: S105 - an event: a known account got the password of a file
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 - an event: the owner chose another password
    SUSPENDED = "suspended"  # by an import or by hand
    REACTIVATED = "reactivated"  # by an import or by hand
    USERNAMES_RESERVED = "usernames-reserved"
    CARDS_PRINTED = "cards-printed"  # cards of an adopted account
    # Answers to conflicts, batches, and the store as a whole:
    CONFLICT_KEPT = "conflict-kept"
    CONFLICT_LINKED = "conflict-linked"
    CONFLICT_UNDONE = "conflict-undone"  # an answer was taken back
    BATCH_ACCEPTED = "batch-accepted"  # a lost batch is left as it is
    BATCH_REISSUED = "batch-reissued"  # the accounts of a lost batch got new passwords
    BACKUP = "backup"
    RESTORED = "restored"


HistoryEntry = tuple[int | None, HistoryEvent, dict[str, object]]
"""The id of the person an event is about (None: the whole store), the event, and details without secrets."""
