"""The global options, and the `Run` (`leerid_cli/run.py`) that commands make of them for their workflow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from leerid_cli.cli import console
from leerid_cli.errors import StorageError
from leerid_cli.i18n import _

if TYPE_CHECKING:
    from leerid_cli.model.reports import Report
    from leerid_cli.run import Run


def today() -> date:
    """Return today's date in local time; tests replace this function."""
    return date.today()


@dataclass(frozen=True, slots=True)
class Globals:
    """The values of the global options; `wait` is in seconds, None is an option that was not given."""

    db: Path | None = None
    config: Path | None = None
    wait: float = 5.0
    reason: str = ""
    quiet: bool = False

    @contextmanager
    def run(self) -> Iterator[Run]:
        """Yield the `Run` of this command line, showing progress on standard error during the block.

        Raises InputError where the configuration file is wrong.
        """
        from leerid_cli.model.progress import NoProgress
        from leerid_cli.run import Run
        from leerid_cli.settings.load import load_settings

        settings = load_settings(self.db, self.config)
        with console.progress(quiet=self.quiet) as bars:
            yield Run(
                settings=settings,
                now=datetime.now(UTC),
                today=today(),
                wait=self.wait,
                reason=self.reason,
                progress=bars or NoProgress(),
                confirm=console.confirm,
                dialogue=console.Terminal() if console.interactive() else None,
            )

    def finish(self, report: Report, output: str) -> int:
        """Print a report (`output` is text or json) and return its exit code.

        Where standard output cannot be written, says on standard error what was done; raises StorageError or
        OSError.
        """
        try:
            console.report(report, as_json=output == "json", quiet=self.quiet)
            console.flush()
        except (StorageError, OSError):
            console.say(_("done all the same: {summary}").format(summary=report.summary))
            raise
        return console.exit_code(report)


def as_of(option: datetime | None, now: date, *, quiet: bool) -> date:
    """Return the reference date of a command (docs/contract.md §1).

    It is `option` (`--as-of`), else `now`, but from 15 to 31 August the coming 1 September; the user is told
    of that unless `quiet`.
    """
    from leerid_cli.rules.pupil_status import reference_date

    if option:
        return option.date()
    chosen = reference_date(now)
    if chosen != now and not quiet:
        console.say(_("judged on {date}, the coming school year (--as-of changes that)").format(date=chosen))
    return chosen
