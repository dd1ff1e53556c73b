"""A sign-in page chooses what it shows by the reason of an error, so no error of a sign-in may lack one."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import leerid_cli
from leerid_cli import errors
from leerid_cli.errors import BusyError, ErrorReason, LeeridError, RefusedError

ROOMS = ("accounts", "rules")
SOURCES = [path for room in ROOMS for path in sorted(Path(leerid_cli.__file__).parent.glob(f"{room}/*.py"))]
CLASSES = {
    name: error
    for name, error in vars(errors).items()
    if isinstance(error, type) and issubclass(error, LeeridError)
}


def raises(source: str) -> Iterator[ast.Raise]:
    return (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Raise))


def reason_of(raised: ast.expr | None) -> str:
    """Return the name of the reason of what is raised, '' where it has none or that cannot be seen here."""
    match raised:
        case ast.Call(func=ast.Name(id=name), keywords=keywords) if name in CLASSES:
            given = [ast.unparse(keyword.value) for keyword in keywords if keyword.arg == "reason"]
            own = CLASSES[name].reason
            known = {f"ErrorReason.{reason.name}": reason.name for reason in ErrorReason}
            return known.get(given[0], "") if given else own.name if own else ""
    return ""


def is_for_a_user(raised: ast.expr | None) -> bool:
    """Tell whether somebody at a page may see this; a ValueError says that a file of the program is wrong."""
    return not (isinstance(raised, ast.Call) and ast.unparse(raised.func) == "ValueError")


def without_reason(source: str) -> list[str]:
    return [
        f"{node.lineno}: {ast.unparse(node)}"
        for node in raises(source)
        if is_for_a_user(node.exc) and not reason_of(node.exc)
    ]


def test_every_error_of_a_sign_in_has_a_reason() -> None:
    found = [f"{path.name}:{line}" for path in SOURCES for line in without_reason(path.read_text("utf-8"))]
    assert not found, "each needs `reason=ErrorReason.…`:\n" + "\n".join(found)


def test_every_reason_is_that_of_some_error() -> None:
    given = {reason_of(node.exc) for path in SOURCES for node in raises(path.read_text("utf-8"))} - {""}
    assert given | {BusyError.reason.name} == set(ErrorReason.__members__)


@pytest.mark.parametrize(
    ("source", "has_one"),
    [
        ('raise RefusedError("a", "b", reason=ErrorReason.TOO_LONG)', True),
        ('raise BusyError("a")', True),
        ('raise ValueError("a")', True),
        ('raise RefusedError("a", "b")', False),
        ('raise RefusedError("a", reason=None)', False),
        ('raise RefusedError("a", reason=ErrorReason.NOT_THERE)', False),
        ("raise error", False),
        ("raise", False),
        ("raise refused()", False),
    ],
)
def test_an_error_without_reason_is_seen(source: str, has_one: bool) -> None:
    assert (not without_reason(source)) is has_one


def test_the_reason_of_one_error_is_not_that_of_its_class() -> None:
    assert RefusedError("a", reason=ErrorReason.SUSPENDED).reason is ErrorReason.SUSPENDED
    assert RefusedError("a").reason is None
    assert BusyError("a").reason is ErrorReason.BUSY
