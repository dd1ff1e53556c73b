"""The command line program: global options, choice of language, and the place where errors become exit codes.

The commands themselves are modules beside this one; `cli/commands.py` loads the one that is called.
"""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from typer.core import TyperOption
from typer.exceptions import TyperException

from leerid_cli import __version__, i18n
from leerid_cli.cli import console, streams
from leerid_cli.cli.commands import Commands, handles_secrets
from leerid_cli.cli.context import Globals
from leerid_cli.cli.translated import Subgroup
from leerid_cli.errors import ExitCode, Interrupted, LeeridError, UsageError
from leerid_cli.i18n import N_, _
from leerid_cli.runtime import memory, signals


class Group(Subgroup):
    """The whole program as one group of commands; `leerid`, `python -m leerid_cli` and tests all call `main`."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = cast("Any", Commands())

    def main(self, args: Sequence[str] | None = None, *_more: Any, **extra: Any) -> Any:
        """Run one command line (None: that of the process), then exit with its exit code (docs/contract.md §3).

        Always raises SystemExit.
        """
        arguments = move_global_options_first(
            list(sys.argv[1:] if args is None else args),
            with_value=self._option_names(flags=False),
            flags=self._option_names(flags=True),
        )
        i18n.use(i18n.choose(_value_of("--lang", arguments)))
        streams.replace_closed()
        _use_utf8()
        memory.dump_no_core()
        if threading.current_thread() is threading.main_thread():
            signals.install()
        extra |= {"prog_name": "leerid", "standalone_mode": True}
        with _errors_told(verbose="-v" in arguments or "--verbose" in arguments) as outcome:
            super().main(args=_as_text(arguments), **extra)
        sys.exit(_flushed(outcome.code))

    def _option_names(self, *, flags: bool) -> set[str]:
        """Return the names of the global options: of those that take a value, or of the flags, which take none."""
        options = cast("list[TyperOption]", self.params)
        return {name for option in options if option.is_flag == flags for name in option.opts}


def move_global_options_first(
    arguments: list[str], *, with_value: Collection[str], flags: Collection[str]
) -> list[str]:
    """Return the arguments with the global options first, wherever they were before a `--`.

    `with_value` are the names of options that take a value, such as `--db`; `flags` of those that take none,
    such as `-q`. Typer accepts them only before the command; docs/contract.md §2 allows both.
    """
    letters = {name[1] for name in flags if len(name) == 2}
    end = arguments.index("--") if "--" in arguments else len(arguments)
    front: list[str] = []
    rest: list[str] = []
    position = 0
    while position < end:
        argument = arguments[position]
        name, equals, _value = argument.partition("=")
        if argument in flags or (equals and name in with_value):
            front.append(argument)
        elif argument in with_value:
            front += arguments[position : position + 2]
            position += 1
        elif len(argument) > 2 and argument[0] == "-" and letters.issuperset(argument[1:]):  # such as -qv
            front += [f"-{letter}" for letter in argument[1:]]
        else:
            rest.append(argument)
        position += 1
    return front + rest + arguments[max(end, position) :]


def _as_text(arguments: list[str]) -> list[str]:
    """Return the arguments; raises UsageError where one could not be decoded in the terminal's encoding."""
    if any("\udc80" <= character <= "\udcff" for argument in arguments for character in argument):
        raise UsageError(_("an argument is not UTF-8 text"))
    return arguments


def _value_of(option: str, arguments: list[str]) -> str | None:
    for argument, following in zip_longest(arguments, arguments[1:]):
        if argument == option:
            return following
        if argument.startswith(f"{option}="):
            return argument.partition("=")[2]
    return None


def _use_utf8() -> None:
    """Read and write UTF-8 in files and pipes whatever the locale; a terminal keeps its own encoding.

    A character that a terminal's encoding lacks is shown as `?` instead of ending the run.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            if stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="surrogateescape")
    if hasattr(sys.stdin, "reconfigure") and not sys.stdin.isatty():
        sys.stdin.reconfigure(encoding="utf-8", errors="strict")


class _Outcome:
    """The exit code of a command, once it has ended."""

    code: int = ExitCode.OK


@contextmanager
def _errors_told(*, verbose: bool) -> Iterator[_Outcome]:
    """Run a command in the block, turn every error into a message, and set the exit code of the yielded value."""
    outcome = _Outcome()
    try:
        yield outcome
    except SystemExit as left:
        if isinstance(left.__context__, BrokenPipeError):
            outcome.code = ExitCode.READER_GONE
        elif isinstance(left.code, int):
            outcome.code = left.code
    except Interrupted as interrupted:
        console.say(_("leerid: interrupted"))
        outcome.code = int(interrupted.exit_code)
    except LeeridError as failure:
        console.error(failure)
        outcome.code = failure.exit_code
    except OSError as failure:
        outcome.code = _failed(failure)
    except Exception as failure:
        _report_bug(failure, verbose=verbose)
        outcome.code = ExitCode.BUG


def _failed(failure: OSError) -> int:
    """Report an error of the operating system, and return the exit code for it."""
    bad_line = failure.__context__
    if isinstance(bad_line, TyperException):  # the message on a bad command line could not be written
        return bad_line.exit_code
    if isinstance(failure, BrokenPipeError):
        return ExitCode.READER_GONE
    where = f"{failure.filename}: " if failure.filename else ""
    console.say(_("leerid: {where}{why}").format(where=where, why=failure.strerror or failure))
    return ExitCode.STORAGE


def _report_bug(failure: Exception, *, verbose: bool) -> None:
    """Report an unexpected error by its type alone: the message of an exception can hold personal data."""
    if verbose:
        for line in traceback.format_tb(failure.__traceback__):
            console.say(line.rstrip())
    kind = type(failure).__name__
    console.say(_("leerid: unexpected error ({kind}): this is a mistake in leerid").format(kind=kind))
    if not verbose:
        console.say(_("  → run it again with -v and report what it prints"))


def _flushed(code: int) -> int:
    """Flush standard output and return the exit code, another one than `code` where that fails.

    A full disk or a closed pipe is often noticed only when buffered output is written.
    """
    failure = streams.flush(sys.stdout)
    if isinstance(failure, BrokenPipeError):
        code = ExitCode.READER_GONE
    elif failure:
        console.say(_("leerid: standard output cannot be written: {why}").format(why=failure))
        code = ExitCode.STORAGE
    streams.flush(sys.stderr)
    return code


app = typer.Typer(
    name="leerid",
    cls=Group,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=N_("LeerID accounts for a whole school: enrolments in, accounts and printed cards out."),
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from leerid_cli.store.connection import SQLITE_VERSION

        console.data(f"leerid {__version__} (SQLite {SQLITE_VERSION})\n")
        raise typer.Exit


@app.callback()
def _global_options(
    ctx: typer.Context,
    db: Annotated[Path | None, typer.Option(help=N_("The store (LEERID_DB)."))] = None,
    config: Annotated[Path | None, typer.Option(help=N_("The configuration file (LEERID_CONFIG)."))] = None,
    lang: Annotated[
        str | None, typer.Option(help=N_("Language of messages: nl or en (LEERID_LANG)."))
    ] = None,
    wait: Annotated[
        float, typer.Option(min=0, help=N_("Wait so many seconds while another run writes to the store."))
    ] = 5,
    reason: Annotated[str, typer.Option(help=N_("Why you do this; kept in the history."))] = "",
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help=N_("Say nothing on success."))] = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help=N_("Show where an unexpected error came from."))
    ] = False,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help=N_("Show the version.")),
    ] = False,
) -> None:
    del version, verbose
    if lang not in (None, *i18n.LANGUAGES):
        raise typer.BadParameter(_("nl or en"), param_hint="--lang")
    if handles_secrets(ctx.invoked_subcommand):
        memory.hide()
    ctx.obj = Globals(db=db, config=config, wait=wait, reason=reason, quiet=quiet)


def main() -> None:
    """Run the program on the command line's arguments."""
    app()
