"""Makes the card of an account, and provides what drawing it needs: logos, options, drawing libraries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

from leerid_cli.cards import printer_settings
from leerid_cli.errors import StorageError
from leerid_cli.i18n import _, plural
from leerid_cli.model.batches import BatchOptions
from leerid_cli.model.cards import Card, Logo
from leerid_cli.model.people import Pupil
from leerid_cli.model.requests import AccountProposal, IssuedCredential
from leerid_cli.settings.settings import Settings

if TYPE_CHECKING:
    from leerid_cli.cards.chunks import CardOptions


def card_of(
    issued: IssuedCredential, settings: Settings, logos: Mapping[str, Logo], language: str, today: date
) -> Card:
    """Return the card of an account, with its password in clear.

    `logos` are by instellingsnummer, `language` is used where the proposal names none, and `today` is printed as
    the date of issue.
    """
    proposal = issued.proposal
    enrolment, person = proposal.pupil.enrolment, proposal.pupil.person
    school = settings.school(enrolment.school)
    return Card(
        school=enrolment.school,
        school_name=school.name,
        administratieve_groep=enrolment.administratieve_groep_omschrijving or enrolment.administratieve_groep,
        klas=enrolment.klas,
        naam=person.naam,
        voornaam=person.voornaam,
        stamnummer=enrolment.stamnummer,
        username=proposal.username,
        url=settings.portal_url.replace("{token}", issued.token),
        type=proposal.type,
        credential=issued.credential,
        issued=today,
        language=proposal.card_language or language,
        contact=school.contact,
        logo=logos.get(enrolment.school),
        must_change=issued.must_change,
    )


def card_options(settings: Settings, options: BatchOptions) -> CardOptions:
    """Return how the cards of a batch are drawn; raises what `printer_settings.sheet` raises."""
    from leerid_cli.cards import chunks, sheets

    sheet = printer_settings.sheet(settings, options.labels)
    return chunks.CardOptions(
        example=settings.example_portal,
        colour=options.colour,
        paper=sheets.Paper(sheet, options.labels.start_at, options.compact, options.with_workbook),
        passwords_listed=options.list_passwords,
        templates=printer_settings.templates(settings),
    )


def read_logos(settings: Settings, schools: Iterable[str]) -> dict[str, Logo]:
    """Return the logos of these schools by instellingsnummer; schools without a logo are left out.

    Raises InputError, naming the file, where one is missing or is not a usable picture.
    """
    named = {school: settings.school(school).logo for school in schools}
    if not any(named.values()):
        return {}
    from leerid_cli.cards.images import read_logo

    return {school: read_logo(settings.beside(name)) for school, name in named.items() if name}


def missing_letters(proposals: Sequence[AccountProposal]) -> Iterator[str]:
    """Yield one warning with the ids of pupils whose name or class has letters that the fonts lack, if any."""
    from leerid_cli.cards.fitting import missing_letters

    def has_some(pupil: Pupil) -> bool:
        printed = f"{pupil.person.voornaam} {pupil.person.naam} {pupil.enrolment.klas}"
        return bool(missing_letters(printed))

    pupils = [proposal.pupil.id for proposal in proposals if has_some(proposal.pupil)]
    if pupils:
        yield plural(
            "warning: the fonts of the cards lack letters in the name or class of {n} pupil; "
            "look at the card: {pupils}",
            "warning: the fonts of the cards lack letters in the names or classes of {n} pupils; "
            "look at the cards: {pupils}",
            len(pupils),
        ).format(n=len(pupils), pupils=", ".join(pupils))


@contextmanager
def drawing_libraries() -> Iterator[None]:
    """Turn an OSError of importing drawing libraries in the block into a StorageError that says what to install.

    WeasyPrint raises OSError where a system library is missing.
    """
    try:
        yield
    except OSError as error:
        raise StorageError(
            _("the libraries that draw the cards are not installed: {why}").format(why=error),
            _("Debian and Ubuntu: sudo apt-get install {debian}; macOS: brew install pango").format(
                debian="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
            ),
        ) from error
