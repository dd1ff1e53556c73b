"""Proposals that are refused: the error says why to a program too."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from leerid_cli.accounts.proposals import Proposer
from leerid_cli.errors import ErrorReason, RefusedError
from leerid_cli.model.people import Enrolment, OfficialState, PasswordKind, Person, Pupil, PupilStatus, Status
from leerid_cli.model.requests import AccountRequest
from leerid_cli.settings.load import load_settings
from leerid_cli.store import connection

BASIS = Enrolment("030569", "1", "211")
EMMA = Person(1, "Peeters", "Emma", None, "V", OfficialState.VALID, "", (BASIS,), None)
PUPIL = Pupil(EMMA, PupilStatus(Status.NONE, BASIS, None))


@pytest.fixture
def proposer(tmp_path: Path) -> Iterator[Proposer]:
    with closing(connection.create(tmp_path / "leerid.db")) as opened:
        yield Proposer(load_settings(tmp_path / "leerid.db"), opened)


def test_a_username_is_given_once(proposer: Proposer) -> None:
    assert proposer.new(PUPIL, AccountRequest("emma")).username == "emma"
    with pytest.raises(RefusedError) as refused:
        proposer.new(PUPIL, AccountRequest("emma"))
    assert refused.value.reason is ErrorReason.USERNAME_TAKEN


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (AccountRequest("em ma"), ErrorReason.USERNAME_NOT_ALLOWED),
        (AccountRequest(kind=PasswordKind.TEMPORARY), ErrorReason.KIND_NOT_ALLOWED),
        (AccountRequest(kind=PasswordKind.WORD, password="kort"), ErrorReason.NOT_OF_ITS_KIND),
    ],
)
def test_what_is_asked_for_and_not_allowed_is_refused_with_the_reason(
    proposer: Proposer, request_: AccountRequest, reason: ErrorReason
) -> None:
    with pytest.raises(RefusedError) as refused:
        proposer.new(PUPIL, request_)
    assert refused.value.reason is reason
