"""Every page, heading and section of docs/ that leerid_cli names is there, and is named in full.

The forms, in docstrings, comments and profiles: `docs/contract.md §5`, `docs/contract.md §1 and §5`,
`docs/contract.md §5, "Leaving"` (words in bold that begin a paragraph of that section), and
`docs/sources.md, "The LeerID manual" §1` (a heading, and a number in the first column of its table).
"""

import re
from pathlib import Path

from world import ROOT

PACKAGE = ROOT / "leerid_cli"
REFERENCE = re.compile(
    r'docs/(?P<page>[\w/-]+\.md)(?:, "(?P<heading>[^"]+)")?(?P<sections>(?:,? (?:and )?§\d+)*)'
    r'(?:, "(?P<paragraph>[^"]+)")?'
)
WITHOUT_PAGE = re.compile(r"\bcontract §\d+|\bLeerID manual\b|\bthe manual\b", re.IGNORECASE)


def text_of(file: Path) -> str:
    """Return a file as one line without the # of comments, for a reference may go on in the next line."""
    return re.sub(r"\s*\n\s*(?:# ?)?", " ", file.read_text(encoding="utf-8"))


def headed(page: str, heading: str) -> str:
    """Return what stands under a heading of a page, or in a paragraph that begins with these words in bold."""
    start = rf"(?:## {re.escape(heading)}$|(?:- )?\*\*{re.escape(heading)}\b[^*]*\*\*)"
    found = re.search(rf"(?ms)^{start}.*?(?=^## |\Z)", page)
    return found.group() if found else ""


def numbered(text: str, number: str) -> str:
    """Return a section, or the rows of a table, with this number."""
    section = re.search(rf"(?ms)^## {number}\. .*?(?=^## |\Z)", text)
    return section.group() if section else "\n".join(re.findall(rf"(?m)^\| {number} \|.*", text))


def missing(reference: re.Match[str]) -> str:
    """Return what a reference names that is not there, '' where all of it is."""
    page = ROOT / "docs" / reference["page"]
    if not page.is_file():
        return reference["page"]
    text = page.read_text(encoding="utf-8")
    if reference["heading"]:
        text = headed(text, reference["heading"])
        if not text:
            return reference["heading"]
    section = text
    for number in re.findall(r"\d+", reference["sections"]):
        section = numbered(text, number)
        if not section:
            return f"§{number}"
    if reference["paragraph"] and not headed(section, reference["paragraph"]):
        return reference["paragraph"]
    return ""


def dead(text: str) -> list[str]:
    """Return each reference of a text that leads nowhere, with what is missing."""
    return [f"{found.group()}: {what}" for found in REFERENCE.finditer(text) if (what := missing(found))]


def without_page(text: str) -> list[str]:
    """Return what a text calls by another name than that of its page."""
    return WITHOUT_PAGE.findall(REFERENCE.sub(" ", text))


def files() -> dict[str, str]:
    """Return the text of every module and profile, by its path below leerid_cli."""
    found = sorted({*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.toml")})
    return {file.relative_to(PACKAGE).as_posix(): text_of(file) for file in found}


def test_every_page_heading_and_section_that_the_code_names_is_there() -> None:
    assert sum(len(REFERENCE.findall(text)) for text in files().values()) > 50
    assert {name: found for name, text in files().items() if (found := dead(text))} == {}


def test_contract_and_sources_are_named_by_their_page() -> None:
    assert {name: found for name, text in files().items() if (found := without_page(text))} == {}


def test_references_that_lead_nowhere_are_found(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(
        '"""One (docs/contract.md §1 and §5), two (docs/contract.md §5, "Leaving"), three\n\n'
        'docs/design.md, "The rooms". Four: docs/sources.md, "The LeerID\n    manual" §1.\n'
        '"""\n# Five: docs/sources.md,\n# "Kleuters"; six: docs/decisions/README.md.\n',
        encoding="utf-8",
    )
    assert len(REFERENCE.findall(text_of(module))) == 6
    assert dead(text_of(module)) == []
    nowhere = (
        'docs/none.md §1 docs/contract.md §1 and §77 docs/contract.md §1, "Leaving" '
        'docs/sources.md, "The LeerID manual" §9 docs/sources.md, "Nobody"'
    )
    assert [found.rpartition(": ")[2] for found in dead(nowhere)] == [
        "none.md",
        "§77",
        "Leaving",
        "§9",
        "Nobody",
    ]
    assert without_page("docs/contract.md §5, the contract §5, the LeerID manual §1") == [
        "contract §5",
        "LeerID manual",
    ]
