"""One noun for one thing: the words that the program has given up do not come back.

Looked at are the names of modules, classes, functions, arguments and variables, and the prose of docstrings and
comments; not texts for users. After a renaming, add the old word to the table that fits. Where an old word is
meant as ordinary English, or names something else, ALLOWED says so.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from world import ROOT

PACKAGE = ROOT / "leerid_cli"
# Modules, by the end of their path without `.py`.
MODULES = {
    "accounts/names": "rules/usernames", "accounts/standing": "rules/pupil_status", "bounds": "runtime/limits",
    "cards/documents": "cards/pdf_joining", "cards/picture": "cards/contact_sheet", "cards/pictures": "cards/images",
    "crew": "pools/pools", "delivery/staging": "batches/files", "faces": "card_layouts",
    "intake/adoption": "intake/adoption_rows", "intake/holding": "intake/held_rows",
    "intake/plan": "intake/import_plan", "interrupts": "runtime/signals",
    "ledger": "store/accounts, usernames, batches", "newfile": "runtime/new_file",
    "own_faces": "custom_layouts", "sources": "intake/input_files",
    "store/changes": "store/imports", "store/pending": "store/conflicts", "strands": "text_runs",
    "tables/sheets": "tables/xlsx", "takeover": "adoption_plan", "workers": "pools/processes",
    "workflows/adopting": "adopt", "workflows/asking": "confirmation", "workflows/backing_up": "backup",
    "workflows/changing": "accounts/own_password", "workflows/configuring": "show_settings",
    "workflows/creating": "create_accounts", "workflows/doctoring": "doctor", "workflows/exporting": "export",
    "workflows/importing": "import_files", "workflows/issuing": "issue_batch", "workflows/overseeing": "overview",
    "workflows/planning": "proposal_files", "workflows/printing": "cards/printer_settings",
    "workflows/rejects": "rejects_file", "workflows/reissuing": "reissue_lost",
    "workflows/reserving": "reserve_usernames", "workflows/resetting": "reset_password",
    "workflows/reviewing": "terminal_review", "workflows/searching": "search", "workflows/selecting": "selection",
    "workflows/suspending": "suspend", "workflows/trying": "previews", "workflows/verifying": "accounts/sign_in",
}  # fmt: skip
# Classes that are defined.
CLASSES = {
    "Crew": "WorkerPools", "Face": "CardLayout", "Hold": "HeldRow", "Intake": "ReadRows",
    "Issue": "IssueReason", "Issued": "DeliveredBatch", "Kind": "FileFormat", "Layout": "LaidOutCard or ColumnMap",
    "Lines": "LineProgress", "Maker": "credentials, card factory and bundle", "Manner": "BatchOptions",
    "NewAccount": "IssuedAccount", "Output": "ByteSink; Output is the port alone", "Part": "BundlePart",
    "Printing": "LabelOptions", "Proposal": "AccountProposal", "School": "SchoolSettings", "Sheet": "Worksheet",
    "Source": "InputFile", "Standing": "PupilStatus", "Strand": "TextRun", "SyncPlan": "ImportPlan",
    "Wish": "AccountRequest", "Workers": "ProcessPool", "_Deed": "SuspensionAction",
}  # fmt: skip
# Functions that are defined.
FUNCTIONS = {
    "_do": "a name that says what is done", "card_order": "class_list_order", "crew": "open_pools",
    "drawn": "in_order", "held_back": "deferred", "hoist": "move_global_options_first", "judged": "with_status",
    "no_return": "no_way_back", "planned": "new_batch", "register": "add_to", "standing": "status_of",
}  # fmt: skip
# Any other names, as they stand.
NAMES = {"sign": "character", "signs": "characters", "standing": "status"}
# Words that names are made of: WorkerPools is made of worker and pools.
PARTS = {
    "crew": "pools", "deed": "action", "faces": "layouts", "ledger": "accounts, usernames or batches",
    "maker": "credentials, card factory or bundle", "manner": "batch options", "nought": "0", "strand": "text run",
    "strands": "text runs", "takeover": "adoption plan", "wish": "request", "wishes": "requests",
}  # fmt: skip
# Words of docstrings and comments. Those with a capital were names of classes.
PROSE = {
    "crew": "pools", "faces": "layouts", "ledger": "accounts, usernames or batches", "strand": "text run",
    "strands": "text runs", "takeover": "adoption plan", "Maker": "credentials, card factory or bundle",
    "Manner": "BatchOptions", "Standing": "PupilStatus", "Wish": "AccountRequest",
}  # fmt: skip
# (end of the path, old word): why it may stand there.
ALLOWED = {
    ("batches/output.py", "Output"): "the port itself",
    ("cards/sheets.py", "Sheet"): "a sheet of paper",
    ("cards/page.py", "strands"): "what templates of the user's own call text runs",
}
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def sources() -> Iterator[tuple[Path, str]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path, path.read_text(encoding="utf-8")


def names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and text of every name: of what is defined, used, given or imported."""
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield node.lineno, name
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield node.lineno, name
            case ast.keyword(arg=str(name)):
                yield node.value.lineno, name
            case ast.ImportFrom(module=module, names=aliases):
                yield from ((node.lineno, part) for part in str(module).split("."))
                yield from (
                    (node.lineno, one) for alias in aliases for one in (alias.name, alias.asname) if one
                )


def prose(text: str) -> Iterator[tuple[int, str]]:
    """Yield line number and text of each line of a docstring, of a text that explains a value, or of a comment."""
    for node in ast.walk(ast.parse(text)):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            yield from enumerate(node.value.value.splitlines(), node.lineno)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def words(name: str) -> set[str]:
    """Return the words that a name is made of: WorkerPools, worker_pools."""
    return {part.lower() for part in _PARTS.findall(name)}


def defined(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """Yield line, old name and new name of the classes and functions that are defined under an old one."""
    for node in ast.walk(tree):
        table = {ast.ClassDef: CLASSES, ast.FunctionDef: FUNCTIONS}.get(type(node), {})
        if new := table.get(getattr(node, "name", "")):
            yield node.lineno, node.name, new  # type: ignore[attr-defined]


def old_words(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield line, old word and new word of each name and each piece of prose in a module that has an old one."""
    tree = ast.parse(text)
    yield from defined(tree)
    for line, name in names(tree):
        if new := NAMES.get(name):
            yield line, name, new
        yield from ((line, name, PARTS[word]) for word in sorted(words(name) & PARTS.keys()))
    for line, said in prose(text):
        for word in re.findall(r"(?<![\w./-])[A-Za-z]+(?![\w/]|\.\w)", said):
            if new := PROSE.get(word) or PROSE.get(word.lower()):
                yield line, word, new


def is_allowed(path: Path, word: str) -> bool:
    return any(path.as_posix().endswith(end) and word == one for end, one in ALLOWED)


def test_old_words_do_not_come_back() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {old} -> {new}"
        for path, text in sources()
        for line, old, new in sorted(set(old_words(text)))
        if not is_allowed(path, old)
    ]
    assert not found, f"{len(found)} old words:\n" + "\n".join(found)


def test_old_modules_do_not_come_back() -> None:
    paths = [path.relative_to(PACKAGE).with_suffix("").as_posix() for path, _text in sources()]
    found = [
        f"leerid_cli/{path}.py -> {new}"
        for path in paths
        for old, new in MODULES.items()
        if f"/{path}".endswith(f"/{old}")
    ]
    assert not found, "\n".join(found)


def test_what_is_allowed_is_still_there() -> None:
    allowed = {(end, word) for end, word in ALLOWED for path, text in sources() if path.as_posix().endswith(end)
               and word in (old for _line, old, _new in old_words(text))}  # fmt: skip
    assert ALLOWED.keys() - allowed == set()


OLD = {
    "class Manner: pass": "Manner",
    "class SyncPlan: pass": "SyncPlan",
    "def judged(pupils): pass": "judged",
    "def f(the_wish): pass": "the_wish",
    "x = crew_of(3)": "crew_of",
    "f(strand=1)": "strand",
    "x.ledger_of = 1": "ledger_of",
    "from leerid_cli.store import ledger": "ledger",
    "from leerid_cli.cards.own_faces import read": "own_faces",
    "x = 1  # what the crew does": "crew",
    '"""Return the faces."""': "faces",
    '"""See `Wish`, or a wish."""': "Wish",
    "for sign in text: pass": "sign",
}
NEW = (
    "class BatchOptions: pass",
    "signature = sign_in = 1",
    "interface = typefaces = 1",
    '"""It names faces.toml, and indeed in a manner of speaking a part."""',
    "x = _('the crew')",
)


def test_the_old_words_are_seen_and_no_others() -> None:
    seen = {line: {old for _line, old, _new in old_words(line)} for line in OLD}
    assert seen == {line: {old} for line, old in OLD.items()}
    assert [line for line in NEW if list(old_words(line))] == []
