"""The port: an output that is no ZIP at all goes the same way, and nothing but the port is asked of it."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from leerid_cli.batches import files
from leerid_cli.batches.output import Output, Prepared
from leerid_cli.errors import StorageError
from leerid_cli.model.cards import Credential
from leerid_cli.model.people import (
    AccountType,
    OfficialState,
    PasswordKind,
    Person,
    Pupil,
    PupilStatus,
    Status,
)
from leerid_cli.model.requests import AccountProposal, IssuedCredential
from leerid_cli.pools.pools import WorkerPools, open_pools


class Usernames:
    """An output that delivers the usernames of a batch, one a line."""

    def prepare(self, issued: Sequence[IssuedCredential], stage: Path, pools: WorkerPools) -> Prepared:
        names = pools.in_order(str.upper, [one.proposal.username for one in issued])
        with files.staged(stage) as out:
            out.write("\n".join(names).encode())
        return Prepared(stage, out.sha256, out.size)

    def verify(self, prepared: Prepared) -> None:
        if files.digest(prepared.stage) != prepared.sha256:
            raise StorageError("not as written")


def issued(username: str) -> IssuedCredential:
    person = Person(1, "Peeters", "Emma", None, "", OfficialState.VALID)
    pupil = Pupil(person, PupilStatus(Status.NONE, None, None))
    proposal = AccountProposal(pupil, AccountType.BASIS, username, PasswordKind.WORD)
    return IssuedCredential(proposal, Credential(PasswordKind.WORD, "kat234"), "bcdfghjk2345")


@pytest.fixture
def prepared(tmp_path: Path) -> tuple[Output, Prepared]:
    output: Output = Usernames()
    stage = files.stage_path(tmp_path / "usernames.txt", "k7m3pq")
    with open_pools(2) as pools:
        return output, output.prepare([issued("emma.peeters"), issued("jan.peeters")], stage, pools)


def test_what_was_prepared_is_published_as_it_is(tmp_path: Path, prepared: tuple[Output, Prepared]) -> None:
    output, staged = prepared
    output.verify(staged)
    assert not (tmp_path / "usernames.txt").exists()
    files.publish(staged.stage, tmp_path / "usernames.txt")
    content = (tmp_path / "usernames.txt").read_bytes()
    assert content == b"EMMA.PEETERS\nJAN.PEETERS"
    assert (staged.sha256, staged.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert not staged.stage.exists()


def test_what_changed_on_disk_is_noticed(prepared: tuple[Output, Prepared]) -> None:
    output, staged = prepared
    staged.stage.write_text("somebody else's")
    with pytest.raises(StorageError):
        output.verify(staged)


def test_what_was_discarded_is_gone(tmp_path: Path, prepared: tuple[Output, Prepared]) -> None:
    files.discard(prepared[1].stage)
    assert list(tmp_path.iterdir()) == []
