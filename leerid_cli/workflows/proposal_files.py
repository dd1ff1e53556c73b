"""`bulk-create --plan` writes proposed accounts to a table to edit; `--apply` makes the accounts of such a table.

The table is called a proposal file (a plan in docs/contract.md §2). It reserves nothing: its usernames stay free
until accounts are made, and `--apply` checks every row against the register again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from leerid_cli.accounts.proposals import Proposer, propose
from leerid_cli.batches import recovery
from leerid_cli.errors import LeeridError, RefusedError, UsageError
from leerid_cli.exports.pupil_rows import pupil_row
from leerid_cli.i18n import _, plural
from leerid_cli.model.people import Pupil, Status
from leerid_cli.model.reports import Problem, Report
from leerid_cli.model.requests import AccountProposal
from leerid_cli.rules import passwords
from leerid_cli.rules.pupil_status import class_list_order
from leerid_cli.run import Run
from leerid_cli.runtime import new_file
from leerid_cli.store.connection import Connection
from leerid_cli.tables import csvtext, workbook
from leerid_cli.workflows import create_accounts, issue_batch, served
from leerid_cli.workflows.create_accounts import CreateOptions
from leerid_cli.workflows.proposal_rows import COLUMNS, IDENTITY, LANGUAGE, ProposalRow, read
from leerid_cli.workflows.selection import Selection, by_key

FORMATS = (".xlsx", ".csv")


def plan(run: Run, file: Path, selection: Selection, on: date, options: CreateOptions) -> Report:
    """Write the accounts that `bulk-create` would make to a new file (mode 0600), and change nothing else.

    A workbook has drop-down lists for the kind of password, and only the columns to edit are unlocked. Raises
    UsageError for an extension other than .xlsx and .csv, StorageError where the file exists already, and what
    `create_accounts.divide` raises.
    """
    if file.suffix.lower() not in FORMATS:
        raise UsageError(_("a plan is a .xlsx or a .csv file"))
    new_file.check(file)
    with run.store.reading() as connection:
        to_serve, skipped = create_accounts.divide(run, connection, selection, on, options)
        proposer = Proposer(run.settings, connection)
        proposals = [propose(proposer, pupil, options.request) for pupil in to_serve]
    if not proposals:
        return create_accounts.nothing_to_do(skipped, ())
    language = options.batch_options.card_language
    columns = (*COLUMNS, LANGUAGE) if language else COLUMNS
    body = [[*_row(proposal), language][: len(columns)] for proposal in proposals]
    if file.suffix.lower() == ".csv":
        data = csvtext.write(columns, body, quoted=True).encode()
    else:
        data = workbook.write(
            "LeerID-voorstel", columns, body, run.now, _form(proposals, columns, run.settings.card_languages)
        )
    new_file.write(file, data)
    summary = plural("{n} account proposed: {path}", "{n} accounts proposed: {path}", len(proposals))
    return Report(
        command="bulk-create",
        summary=summary.format(n=len(proposals), path=file),
        counts={"planned": len(proposals), "created": 0, "converted": 0, "skipped": len(skipped)},
        output=str(file),
        skipped=skipped,
    )


def _row(proposal: AccountProposal) -> list[str]:
    return [*_identity(proposal).values(), proposal.username, proposal.kind.value, ""]


def _identity(proposal: AccountProposal) -> dict[str, str]:
    row = pupil_row(proposal.pupil) | {"type": proposal.type.value}
    return {name: row[name] for name in IDENTITY}


def _form(
    proposals: Sequence[AccountProposal], columns: Sequence[str], languages: Sequence[str]
) -> workbook.Form:
    """Return which columns of the workbook are unlocked, and the drop-down lists of their cells.

    These hold the kinds of password that the type of the account allows, and the languages of cards.
    """
    kind = COLUMNS.index("password_kind")
    choices = {
        (row, kind): [kind.value for kind in passwords.kinds_of(proposal.type)]
        for row, proposal in enumerate(proposals)
    }
    if LANGUAGE in columns:
        place = columns.index(LANGUAGE)
        choices |= {(row, place): list(languages) for row in range(len(proposals))}
    editable = [place for place, name in enumerate(columns) if name not in IDENTITY]
    return workbook.Form(editable, choices)


def apply(run: Run, file: Path, on: date, options: CreateOptions) -> Report:
    """Make the accounts of an edited proposal file; pupils whose rows were removed get none.

    Raises InputError for a file that is not a proposal file; RefusedError, with nothing made, where rows do not
    fit the register or a rule (it names them all), or the answer is no; and what `issue_batch.issue` raises.
    """
    lines = read(file)
    notes = recovery.settle(run, "bulk-create")
    with run.store.reading() as connection:
        proposals, problems = _judge(run, connection, lines, on, file.name)
        if problems:
            raise RefusedError(
                plural(
                    "{n} row of the plan does not fit; nothing was done",
                    "{n} rows of the plan do not fit; nothing was done",
                    len(problems),
                ).format(n=len(problems)),
                _("correct them, or make the plan anew with --plan"),
                tuple(problems),
            )
        proposals.sort(key=lambda proposal: class_list_order(proposal.pupil))
        create_accounts.ask(run, [proposal.pupil for proposal in proposals], options)
    issued = issue_batch.issue(run, "bulk-create", proposals, options.batch_options, on)
    if any(proposal.credential for proposal in proposals):
        notes.append(_("{file} holds passwords: keep it as safe as the ZIP, or delete it").format(file=file))
    return create_accounts.report("bulk-create", proposals, issued, notes)


def _judge(
    run: Run, connection: Connection, lines: Sequence[ProposalRow], on: date, file: str
) -> tuple[list[AccountProposal], list[Problem]]:
    proposer = Proposer(run.settings, connection)
    proposals: list[AccountProposal] = []
    problems = []
    seen: dict[int, int] = {}
    for line in lines:
        try:
            pupil = _pupil(run, connection, line, on)
            earlier = seen.setdefault(pupil.person.id, line.number)
            if earlier != line.number:
                raise RefusedError(_("the same pupil as on line {line}").format(line=earlier))
            proposals.append(_propose(proposer, pupil, line))
        except LeeridError as refused:
            problems.append(Problem("plan-row", refused.message, file, line.number))
    return proposals, problems


def _pupil(run: Run, connection: Connection, line: ProposalRow, on: date) -> Pupil:
    """Return the pupil of a row by school and stamnummer; raises RefusedError where there is none."""
    stamnummer = line.cells["stamnummer"].strip()
    pupil = by_key(connection, line.school, stamnummer, on, run.settings)
    if pupil is None:
        raise RefusedError(_("no pupil {pupil}").format(pupil=f"{line.school}/{stamnummer}"))
    return pupil


def _propose(proposer: Proposer, pupil: Pupil, line: ProposalRow) -> AccountProposal:
    """Return the account that a row asks for; raises RefusedError where the row does not fit the register."""
    if pupil.status not in (Status.NONE, Status.CONVERT):
        raise RefusedError(_("{pupil}: {why}").format(pupil=pupil.id, why=served.why_no_account(pupil)))
    request = line.request(proposer.settings.card_languages)
    account = pupil.person.account
    if account and request.username != account.username:
        raise RefusedError(
            _("the account has the username {username}, which stays; `leerid rename` changes it").format(
                username=account.username
            )
        )
    proposal = propose(proposer, pupil, request)
    told = line.cells | {"school": line.school}
    changed = [name for name, value in _identity(proposal).items() if told[name].strip() != value.strip()]
    if changed:
        raise RefusedError(
            _("the register has something else by now, or the cell was edited: {columns}").format(
                columns=", ".join(changed)
            )
        )
    return proposal
