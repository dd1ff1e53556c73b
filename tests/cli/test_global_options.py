"""Options of the whole program stand before or behind the command."""

from inspect import signature
from typing import Any

import pytest
import typer.main
from world import EXAMPLE, World

from leerid_cli.cli.app import _global_options, app, move_global_options_first

VALUES = {"lang": "en", "wait": "1", "reason": "why"}


def spellings() -> list[Any]:
    """Return each spelling of each option that the function of the whole program takes, with the option."""
    named = signature(_global_options).parameters
    options: list[Any] = [option for option in typer.main.get_command(app).params if option.name in named]
    assert len(options) == len(named) - 1, "all but the context"
    return [pytest.param(option, flag, id=flag) for option in options for flag in option.opts]


@pytest.mark.parametrize(("option", "flag"), spellings())
def test_each_option_of_the_program_may_stand_behind_the_command(
    world: World, option: Any, flag: str
) -> None:
    assert world.run("import", EXAMPLE).code == 0
    values = {"db": world.store, "config": world.config, **VALUES}
    lines = [(flag,)] if option.is_flag else [(flag, values[option.name]), (f"{flag}={values[option.name]}",)]
    for words in lines:
        before = world.run(*words, "search", "goossens", "--format", "ids")
        behind = world.run("search", "goossens", "--format", "ids", *words)
        assert (behind.code, behind.out) == (0, before.out), behind.err


def test_behind_two_hyphens_everything_is_text(world: World) -> None:
    assert world.run("import", EXAMPLE).code == 0
    found = world.run("search", "--format", "ids", "--", "--version")
    assert (found.code, found.out) == (5, ""), "nobody has that name"


@pytest.mark.parametrize(
    ("line", "moved"),
    [
        ("go --at x on -a", "--at x -a go on"),
        ("go --at=x --all=y", "--at=x go --all=y"),
        ("go -ab on", "-a -b go on"),
        ("go -ax -b1 --bx --at", "--at go -ax -b1 --bx"),
        ("go -a -- -b --at x", "-a go -- -b --at x"),
        ("go - -- -", "go - -- -"),
    ],
)
def test_what_is_moved(line: str, moved: str) -> None:
    names = {"with_value": {"--at"}, "flags": {"-a", "-b", "--all"}}
    assert " ".join(move_global_options_first(line.split(), **names)) == moved
