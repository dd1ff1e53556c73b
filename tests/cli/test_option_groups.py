"""A group of options is one parameter to a command function, and to Typer a parameter for each option.

The groups that several commands share hand each of their options on.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from inspect import signature
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer
from typer.testing import CliRunner

from leerid_cli.cli.batch_options import CardGroup, LabelGroup, OutputGroup
from leerid_cli.cli.consent_options import ConsentGroup
from leerid_cli.cli.option_groups import with_groups
from leerid_cli.cli.selection_options import SelectionGroup
from leerid_cli.model.batches import BatchOptions
from leerid_cli.workflows.selection import Selection


def behind_the_command(ctx: typer.Context, language: str) -> str:
    """Return a value that shows whether an option's callback was called, and with the context."""
    return f"{ctx.info_name}-{language}"


@dataclass(frozen=True, slots=True)
class Filters:
    """Options that may be given more than once, of two types."""

    school: Annotated[list[str], typer.Option("--school", "-s", help="Which school.")] = field(
        default_factory=list
    )
    year: Annotated[list[int], typer.Option("--year", help="Which year.")] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Paper:
    """A required option, one within bounds, a flag, a path, and one with a callback; two types are strings."""

    size: Annotated[str, typer.Option("--size", help="Which size.")]
    scale: Annotated[float, typer.Option("--scale", min=0.5, max=2)] = 1
    colour: "Annotated[bool, typer.Option('--colour', help='In colour.')]" = False
    output: "Annotated[Path | None, typer.Option('--output')]" = None
    language: Annotated[str, typer.Option("--language", callback=behind_the_command)] = "nl"


def program(called: list[Any]) -> typer.Typer:
    """Return a program with the command `make`, which has two groups, and adds to the list what it is called with."""

    @with_groups
    def make(
        ctx: typer.Context,
        *,
        names: Annotated[list[str] | None, typer.Argument()] = None,
        filters: "Filters",
        everything: Annotated[bool, typer.Option("--all", help="Everybody.")] = False,
        paper: Paper,
        number: int = 7,
    ) -> None:
        called.append((ctx.info_name, names, filters, everything, paper, number))

    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.callback()(lambda: None)
    app.command("make")(make)
    return app


def test_options_that_are_not_given_have_the_defaults_of_their_fields() -> None:
    called: list[Any] = []
    done = CliRunner().invoke(program(called), ["make", "--size", "A4"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    paper = Paper(size="A4", scale=1, colour=False, output=None, language="make-nl")
    assert called == [("make", None, Filters(school=[], year=[]), False, paper, 7)]


def test_each_value_arrives_in_its_group_and_in_its_type() -> None:
    called: list[Any] = []
    line = (
        "make Ada --year 2025 --colour --size A5 -s 030569 Bo --number 3 --output out.zip --scale 1.5 --all "
        "--school 030577 --year 2026 --language fr"
    )
    done = CliRunner().invoke(program(called), line.split(), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    filters = Filters(school=["030569", "030577"], year=[2025, 2026])
    paper = Paper(size="A5", scale=1.5, colour=True, output=Path("out.zip"), language="make-fr")
    assert called == [("make", ["Ada", "Bo"], filters, True, paper, 3)]
    assert isinstance(called[0][2].school, list)


def test_a_run_does_not_see_the_values_of_the_one_before() -> None:
    called: list[Any] = []
    app = program(called)
    for line in ("make --size A4 --year 1", "make --size A4", "make --size A4"):
        CliRunner().invoke(app, line.split(), catch_exceptions=False)
        called[-1][2].year.append(2)
    assert [filters.year for _name, _names, filters, *_rest in called] == [[1, 2], [2], [2]]


@pytest.mark.parametrize(
    ("line", "option"),
    [
        ("make --size A4 --scale 0.49", "--scale"),
        ("make --size A4 --scale 2.01", "--scale"),
        ("make --size A4 --year soon", "--year"),
        ("make", "--size"),
    ],
)
def test_what_an_option_of_a_group_may_not_be_is_refused(line: str, option: str) -> None:
    called: list[Any] = []
    done = CliRunner().invoke(program(called), line.split())
    assert (done.exit_code, called) == (2, [])
    assert option in done.stderr


def test_help_has_the_options_of_a_group_in_its_place() -> None:
    text = CliRunner().invoke(program([]), ["make", "--help"]).stdout
    options = ["school", "year", "all", "size", "scale", "colour", "output", "language", "number", "help"]
    assert re.findall(r"^  (?:-s, )?--(\w+)", text, re.MULTILINE) == options
    for said in ("Which school.", "Which year.", "Everybody.", "Which size.", "0.5<=x<=2", "In colour."):
        assert said in text
    assert re.search(r"--size.*\[required\]", text)


def test_a_command_without_groups_stays_what_it_was() -> None:
    called: list[Any] = []

    @with_groups
    def plain(ctx: typer.Context, word: str, times: Annotated[int, typer.Option("--times")] = 1) -> None:
        called.append((ctx.info_name, word, times))

    app = typer.Typer()
    app.command("plain")(plain)
    assert CliRunner().invoke(app, ["hello", "--times", "2"], catch_exceptions=False).exit_code == 0
    assert [call[1:] for call in called] == [("hello", 2)]


def test_signature_and_annotations_have_the_same_options() -> None:
    @with_groups
    def make(filters: "Filters", number: "int" = 7) -> None:
        raise AssertionError

    parameters = signature(make).parameters.values()
    assert [parameter.name for parameter in parameters] == ["school", "year", "number"]
    assert make.__annotations__ == {parameter.name: parameter.annotation for parameter in parameters}


def two_groups(first: Filters, second: Filters) -> None:
    raise AssertionError


def a_group_and_an_option(filters: Filters, year: Annotated[int, typer.Option("--from")] = 0) -> None:
    raise AssertionError


@pytest.mark.parametrize("command", [two_groups, a_group_and_an_option])
def test_an_option_that_is_there_twice_is_refused_when_the_command_is_loaded(
    command: Callable[..., None],
) -> None:
    with pytest.raises(ValueError, match=r"duplicate parameter name: '(school|year)'"):
        with_groups(command)


def each_alone(group: Any, **values: Any) -> list[Any]:
    """Return as many groups as the group has options: in each another one is given, and that one only."""
    return [
        pytest.param(group(**{option.name: values.get(option.name, "given")}), id=option.name)
        for option in fields(group)
    ]


@pytest.mark.parametrize("filters", each_alone(SelectionGroup, source=__file__))
def test_each_filter_alone_is_a_selection(filters: SelectionGroup) -> None:
    assert not filters.selection().is_everything
    assert not filters.names_one(["1204871"])


def test_without_a_filter_everybody_is_selected_but_who_is_named_or_searched() -> None:
    filters = SelectionGroup()
    assert filters.selection().is_everything
    assert filters.selection(pupils=["1204871"]) == Selection(pupils=("1204871",))
    assert filters.selection(text="Ada") == Selection(text="Ada")
    assert [filters.names_one(pupils) for pupils in (None, ["1"], ["1", "2"])] == [False, True, False]


@pytest.mark.parametrize("consent", each_alone(ConsentGroup))
def test_each_answer_is_handed_on(consent: ConsentGroup) -> None:
    assert consent.consent() != ConsentGroup().consent()


@pytest.mark.parametrize("output", each_alone(OutputGroup, cluster="tls://school.example:8786"))
def test_each_option_of_the_zip_is_handed_on(output: OutputGroup) -> None:
    assert output.batch_options(CardGroup(), LabelGroup()) != BatchOptions()


@pytest.mark.parametrize("card", each_alone(CardGroup))
def test_each_option_of_the_cards_is_handed_on(card: CardGroup) -> None:
    assert OutputGroup().batch_options(card, LabelGroup()) != BatchOptions()


@pytest.mark.parametrize("labels", each_alone(LabelGroup))
def test_each_option_of_the_stickers_is_handed_on(labels: LabelGroup) -> None:
    assert OutputGroup().batch_options(CardGroup(), labels) != BatchOptions()


def test_a_batch_without_options_is_the_one_by_default() -> None:
    assert OutputGroup().batch_options(CardGroup(), LabelGroup()) == BatchOptions()
