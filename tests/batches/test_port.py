"""The port: an output that is no ZIP at all goes the same way, and nothing but the port is asked of it."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from leerid_cli.batches import delivery, files
from leerid_cli.batches.delivery import BatchWork
from leerid_cli.batches.output import StagedFile
from leerid_cli.errors import StorageError
from leerid_cli.model.batches import OutputKind
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

    kind = OutputKind.BUNDLE

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self, batch: str) -> Sequence[Path]:
        return [self.folder / f"usernames-{batch}.txt"]

    def prepare(
        self, issued: Sequence[IssuedCredential], stages: Sequence[Path], pools: WorkerPools
    ) -> Sequence[StagedFile]:
        (stage,) = stages
        names = pools.in_order(str.upper, [one.proposal.username for one in issued])
        with files.staged(stage) as out:
            out.write("\n".join(names).encode())
        return [StagedFile(stage, out.sha256, out.size)]

    def verify(self, staged: Sequence[StagedFile]) -> None:
        (file,) = staged
        if files.digest(file.path) != file.sha256:
            raise StorageError("not as written")


def issued(username: str) -> IssuedCredential:
    person = Person(1, "Peeters", "Emma", None, "", OfficialState.VALID)
    pupil = Pupil(person, PupilStatus(Status.NONE, None, None))
    proposal = AccountProposal(pupil, AccountType.BASIS, username, PasswordKind.WORD)
    return IssuedCredential(proposal, Credential(PasswordKind.WORD, "kat234"), "bcdfghjk2345")


@pytest.fixture
def work(tmp_path: Path) -> BatchWork:
    """Return a batch with two outputs of one file each, both staged."""
    folders = tmp_path / "a", tmp_path / "b"
    for folder in folders:
        folder.mkdir()
    made = delivery.new_batch("create", [Usernames(folder) for folder in folders], 2)
    with open_pools(2) as pools:
        for output, stages in made.to_prepare():
            made.staged += output.prepare([issued("emma.peeters"), issued("jan.peeters")], stages, pools)
    return made


def test_every_file_is_hidden_beside_its_final_name_until_it_is_published(work: BatchWork) -> None:
    work.verify()
    for file in work.batch.files:
        assert file.stage.parent == file.final.parent
        assert file.stage.name.startswith(".")
        assert not file.final.exists()
        files.publish(file.stage, file.final)
        assert file.final.read_bytes() == b"EMMA.PEETERS\nJAN.PEETERS"
        assert not file.stage.exists()


def test_files_are_numbered_through_all_outputs(work: BatchWork) -> None:
    assert [(file.number, file.final.parent.name) for file in work.batch.files] == [(1, "a"), (2, "b")]


def test_a_batch_is_committed_with_digest_and_size_of_each_file(work: BatchWork) -> None:
    content = b"EMMA.PEETERS\nJAN.PEETERS"
    expected = [(hashlib.sha256(content).hexdigest(), len(content))] * 2
    assert [(file.sha256, file.size) for file in work.committable().files] == expected


def test_what_changed_on_disk_is_noticed_in_whichever_file(work: BatchWork) -> None:
    work.batch.files[1].stage.write_text("somebody else's")
    with pytest.raises(StorageError):
        work.verify()


def test_what_was_discarded_is_gone(tmp_path: Path, work: BatchWork) -> None:
    for file in work.batch.files:
        files.discard(file.stage)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
