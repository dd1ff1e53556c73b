"""`bulk-create --plan` and `--apply`: the proposal as a table, to look at and edit, and its carrying out.

A plan consumes nothing: its usernames are free until they are issued, and it is judged anew, row by row,
when it is carried out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from leerid_cli.accounts import proposals
from leerid_cli.accounts.proposals import Proposer
from leerid_cli.batches import recovery
from leerid_cli.errors import InputError, LeeridError, RefusedError, UsageError
from leerid_cli.exports.pupil_rows import pupil_row
from leerid_cli.i18n import _, plural
from leerid_cli.intake import input_files
from leerid_cli.intake.reading import decode
from leerid_cli.model.people import PasswordKind, Pupil, Status
from leerid_cli.model.reports import Problem, Report
from leerid_cli.model.requests import AccountProposal, AccountRequest
from leerid_cli.rules import passwords
from leerid_cli.rules.pupil_status import class_list_order, with_status
from leerid_cli.run import Run
from leerid_cli.runtime import new_file
from leerid_cli.store import register
from leerid_cli.store.connection import Connection
from leerid_cli.tables import csvtext, workbook, xlsx
from leerid_cli.tables.limits import MAX_LIST_BYTES
from leerid_cli.workflows import create_accounts, issue_batch, served
from leerid_cli.workflows.create_accounts import CreateOptions
from leerid_cli.workflows.selection import Selection

IDENTITY = ("school", "stamnummer", "naam", "voornaam", "administratieve_groep", "klas", "type")
EDITABLE = ("username", "password_kind", "password")
COLUMNS = (*IDENTITY, *EDITABLE)
LANGUAGE = "card_language"
"""A column that a plan may have: in which language a pupil's card is; empty: as the command says."""
FORMATS = (".xlsx", ".csv")


def plan(run: Run, file: Path, selection: Selection, on: date, options: CreateOptions) -> Report:
    """Write the proposal of a bulk-create to a new file (mode 0600) and change nothing else.

    A workbook has drop-down lists for the kind of password, and only the columns to edit are open.
    """
    if file.suffix.lower() not in FORMATS:
        raise UsageError(_("a plan is a .xlsx or a .csv file"))
    new_file.check(file)
    with run.store.reading() as connection:
        to_serve, skipped = create_accounts.divide(run, connection, selection, on, options)
        proposer = Proposer(run.settings, connection)
        proposals = [proposals.propose(proposer, pupil, options.request) for pupil in to_serve]
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
    """Open the columns to edit, with the kinds of password that each account's type can have, and languages."""
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


@dataclass(frozen=True, slots=True, repr=False)
class _Line:
    """One row of an edited plan: its line and its cells by column."""

    number: int
    cells: dict[str, str]

    @property
    def school(self) -> str:
        """The instellingsnummer; a zero that a spreadsheet took is put back."""
        return self.cells["school"].strip().zfill(6)

    def request(self, languages: Sequence[str]) -> AccountRequest:
        """Return what the row asks for; raises RefusedError for a cell that must be filled and is not.

        `languages` are those that a card can have.
        """
        username, kind = self.cells["username"].strip(), self.cells["password_kind"].strip().lower()
        if not username:
            raise RefusedError(_("the username is empty"))
        if kind not in list(PasswordKind):
            raise RefusedError(
                _("the password kind is one of: {kinds}").format(kinds=", ".join(list(PasswordKind)))
            )
        language = self.cells[LANGUAGE].strip().lower()
        if language and language not in languages:
            raise RefusedError(
                _("{name} is none of the languages of a card: {known}").format(
                    name=language, known=", ".join(languages)
                )
            )
        password = self.cells["password"] or None
        return AccountRequest(username, PasswordKind(kind), password=password, card_language=language)


def apply(run: Run, file: Path, on: date, options: CreateOptions) -> Report:
    """Make the accounts of an edited plan; rows that were taken out are left alone.

    Raises InputError for a file that is no plan, RefusedError with every row that does not fit (any
    more): then nothing is made at all.
    """
    lines = _read(file)
    with run.store.writing("bulk-create") as connection:
        notes = recovery.recover(connection)
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
        issued = issue_batch.issue(run, connection, "bulk-create", proposals, options.batch_options)
    if any(proposal.credential for proposal in proposals):
        notes.append(_("{file} holds passwords: keep it as safe as the ZIP, or delete it").format(file=file))
    return create_accounts.report("bulk-create", proposals, issued, notes)


def _judge(
    run: Run, connection: Connection, lines: Sequence[_Line], on: date, file: str
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


def _pupil(run: Run, connection: Connection, line: _Line, on: date) -> Pupil:
    """Return the pupil of a row by its key; raises RefusedError where there is none."""
    school, stamnummer = line.school, line.cells["stamnummer"].strip()
    hits = register.by_key(connection, school, stamnummer) if stamnummer else []
    if not hits:
        raise RefusedError(_("no pupil {pupil}").format(pupil=f"{school}/{stamnummer}"))
    (pupil,) = with_status(register.persons(connection, [hits[0][2]]), on, run.settings.kleuter)
    return pupil


def _propose(proposer: Proposer, pupil: Pupil, line: _Line) -> AccountProposal:
    """Return the account that a row asks for; raises RefusedError where it does not fit the register any more."""
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
    proposal = proposals.propose(proposer, pupil, request)
    told = line.cells | {"school": line.school}
    changed = [name for name, value in _identity(proposal).items() if told[name].strip() != value.strip()]
    if changed:
        raise RefusedError(
            _("the register has something else by now, or the cell was edited: {columns}").format(
                columns=", ".join(changed)
            )
        )
    return proposal


def _read(file: Path) -> list[_Line]:
    """Return the rows of a plan; raises InputError where it cannot be read, lacks a column or has no row."""
    data = input_files.content(str(file))
    try:
        table = _workbook(data) if data.startswith(b"PK") else _csv(data)
    except InputError as error:
        raise InputError(f"{file}: {error.message}", error.hint) from error
    header = [name.strip().lower() for name in table[0][1]] if table else []
    if missing := [name for name in COLUMNS if name not in header]:
        raise InputError(
            _("{file} is no plan: the column {column} is missing").format(file=file, column=missing[0]),
            _("make one with bulk-create --plan"),
        )
    lines = [
        _Line(number, dict.fromkeys((*COLUMNS, LANGUAGE), "") | dict(zip(header, cells, strict=False)))
        for number, cells in table[1:]
        if any(cell.strip() for cell in cells)
    ]
    if not lines:
        raise InputError(_("{file}: there is no row in it").format(file=file))
    return lines


def _workbook(data: bytes) -> list[tuple[int, list[str]]]:
    return [(line, [str(cell) for cell in cells]) for line, cells in xlsx.read(data)[0].rows]


def _csv(data: bytes) -> list[tuple[int, list[str]]]:
    if len(data) > MAX_LIST_BYTES:
        raise InputError(_("the file is larger than {most} MiB").format(most=MAX_LIST_BYTES >> 20))
    text, _encoding = decode(data, None)
    text = text.lstrip("\ufeff")
    head = text.partition("\n")[0]
    return csvtext.bounded(text, max(csvtext.DELIMITERS, key=head.count))
