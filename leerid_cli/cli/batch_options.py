"""The option groups of commands that make a ZIP with cards: the ZIP, the cards, and the sheets of stickers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

import typer

from leerid_cli.cli import options
from leerid_cli.i18n import N_, _
from leerid_cli.model.batches import BatchOptions, LabelOptions
from leerid_cli.model.choices import BundlePart, Split


@dataclass(frozen=True, slots=True)
class LabelGroup:
    """Label sheet and printer of the stickers."""

    sheet: options.Sheet = ""
    start_at: Annotated[
        int,
        typer.Option(
            "--start-at", min=1, help=N_("Begin at this label of the first sticker sheet."), metavar="N"
        ),
    ] = 1
    offset_x: options.OffsetX = None
    offset_y: options.OffsetY = None
    scale_y: options.ScaleY = None
    printer: options.PrinterName = ""

    def label_options(self) -> LabelOptions:
        """Return the options as the workflows take them."""
        return LabelOptions(
            self.sheet, self.start_at, self.offset_x, self.offset_y, self.scale_y, self.printer
        )


def _known_language(ctx: typer.Context, name: str) -> str:
    from leerid_cli import resources
    from leerid_cli.settings.places import config_file
    from leerid_cli.settings.settings import TEMPLATES

    known = resources.card_languages(config_file(ctx.obj.config).parent / TEMPLATES)
    if name and name not in known:
        raise typer.BadParameter(
            _("{name} is none of the languages of a card: {known}").format(name=name, known=", ".join(known))
        )
    return name


@dataclass(frozen=True, slots=True)
class CardGroup:
    """What the cards look like."""

    colour: options.Colour = False
    card_language: Annotated[
        str,
        typer.Option(
            "--card-language",
            callback=_known_language,
            help=N_(
                "Print the cards in this language: nl, fr, en, uk or your own; words of pictures stay Dutch."
            ),
            metavar="LANGUAGE",
        ),
    ] = ""


@dataclass(frozen=True, slots=True)
class OutputGroup:
    """The ZIP: where it goes, what is in it, and who does the work."""

    output: options.Output = None
    compact: Annotated[bool, typer.Option("--compact", help=N_("No class starts on a new sheet."))] = False
    no_passwords: Annotated[
        bool, typer.Option("--no-passwords", help=N_("Leave passwords out of the class lists."))
    ] = False
    split: Annotated[
        Split | None, typer.Option("--split", help=N_("A folder in the ZIP for each school or class."))
    ] = None
    only: Annotated[
        list[BundlePart],
        typer.Option("--only", help=N_("Of workbook, A4 cards and stickers make only this; repeatable.")),
    ] = field(default_factory=list)
    cluster: options.Cluster = ""

    def batch_options(
        self, card: CardGroup, labels: LabelGroup, *, with_workbook: bool = True
    ) -> BatchOptions:
        """Return how the batch is to be made; `with_workbook`: the ZIP has a workbook and class lists.

        Raises UsageError for an address of a cluster that is not one of TLS.
        """
        if self.cluster:
            from leerid_cli.pools.machines import refuse_address

            refuse_address(self.cluster)
        return BatchOptions(
            output=self.output,
            with_workbook=with_workbook,
            split=self.split,
            only=frozenset(self.only),
            compact=self.compact,
            colour=card.colour,
            labels=labels.label_options(),
            list_passwords=not self.no_passwords,
            card_language=card.card_language,
            cluster=self.cluster,
        )
