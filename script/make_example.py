#!/usr/bin/env python3
"""Make `examples/students.csv`: the enrolments of two schools that do not exist.

Running it rewrites the file; `--check` only compares, and exits 1 when the file differs from
what would be written. Every pupil, school and number is made up: names are combined at random
from the tables below, except those of SPECIALS, which are there to be difficult.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import sys
import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from stdnum.be import ssn
from stdnum.exceptions import ValidationError

TARGET = Path(__file__).resolve().parent.parent / "examples" / "students.csv"

# Nothing here is secret: the file is published, and the seed makes every run write the same one.
SEED = 20260901

HEADER = (
    "instellingsnummer",
    "stamnummer",
    "naam",
    "voornaam",
    "geboortedatum",
    "geslacht",
    "insz",
    "hoofdstructuur",
    "vestigingsplaats",
    "administratieve_groep",
    "administratieve_groep_omschrijving",
    "klas",
    "begindatum",
    "einddatum",
)

PRIMARY = "030569"
SECONDARY = "041871"
FIRST_DAY = date(2026, 9, 1)
MOVE_DAY = date(2026, 10, 15)
LAST_DAY_BEFORE_MOVE = date(2026, 10, 14)
LATE_BEGINS = (date(2026, 9, 7), date(2026, 9, 21), date(2026, 10, 1), date(2026, 10, 12))
LATE_SHARE = 0.06
REPEATER_SHARE = 0.12
MIXED_SHARE = 0.3
# Where the stamnummers of a school start, and by how much one is at most above the last.
STAMNUMMER_BASE = {PRIMARY: 1206000, SECONDARY: 2603000}
STAMNUMMER_STEP = 17


class Klas(NamedTuple):
    """One class: its school, its place in the structure of education, its pupils' birth years."""

    school: str
    name: str
    structure: str
    site: str
    group: str
    description: str
    years: tuple[int, ...]
    size: int


CLASSES = (
    Klas(PRIMARY, "K1", "111", "1", "01011", "Kleuteronderwijs", (2023, 2023, 2023, 2024), 8),
    Klas(PRIMARY, "K2A", "111", "1", "01011", "Kleuteronderwijs", (2022,), 7),
    Klas(PRIMARY, "K3A", "111", "1", "01011", "Kleuteronderwijs", (2021,), 7),
    Klas(PRIMARY, "BK", "121", "2", "01213", "Buitengewoon kleuteronderwijs type 3", (2021,), 1),
    Klas(PRIMARY, "1A", "211", "1", "02101", "1ste leerjaar lager onderwijs", (2020,), 7),
    Klas(PRIMARY, "1B", "211", "1", "02101", "1ste leerjaar lager onderwijs", (2020,), 7),
    Klas(PRIMARY, "2A", "211", "1", "02102", "2de leerjaar lager onderwijs", (2019,), 7),
    Klas(PRIMARY, "2B", "211", "1", "02102", "2de leerjaar lager onderwijs", (2019,), 7),
    Klas(PRIMARY, "3A", "211", "1", "02103", "3de leerjaar lager onderwijs", (2018,), 8),
    Klas(PRIMARY, "4A", "211", "1", "02104", "4de leerjaar lager onderwijs", (2017,), 8),
    Klas(PRIMARY, "5A", "211", "1", "02105", "5de leerjaar lager onderwijs", (2016,), 8),
    Klas(PRIMARY, "6A", "211", "1", "02106", "6de leerjaar lager onderwijs", (2015,), 8),
    Klas(PRIMARY, "BLA", "221", "2", "02219", "Buitengewoon lager onderwijs type 9", (2017, 2018, 2019), 5),
    Klas(
        PRIMARY, "BLB", "221", "2", "02210", "Buitengewoon lager onderwijs type basisaanbod", (2015, 2016), 5
    ),
    Klas(SECONDARY, "1A", "311", "1", "31101", "1ste leerjaar A", (2014,), 12),
    Klas(SECONDARY, "1B", "311", "1", "31102", "1ste leerjaar B", (2014,), 8),
    Klas(
        SECONDARY,
        "2MTa",
        "311",
        "1",
        "31217",
        "2de leerjaar A; basisoptie Moderne talen en wetenschappen",
        (2013,),
        9,
    ),
    Klas(SECONDARY, "3LAT", "311", "1", "32108", "1ste leerjaar van de 2de graad Latijn", (2012,), 8),
    Klas(
        SECONDARY,
        "4WE",
        "311",
        "1",
        "32226",
        "2de leerjaar van de 2de graad Natuurwetenschappen",
        (2011,),
        9,
    ),
    Klas(
        SECONDARY,
        "5EMT",
        "311",
        "1",
        "33114",
        "1ste leerjaar van de 3de graad Economie-moderne talen",
        (2010,),
        9,
    ),
    Klas(
        SECONDARY,
        "6HW",
        "311",
        "1",
        "33231",
        "2de leerjaar van de 3de graad Humane wetenschappen",
        (2009,),
        9,
    ),
    Klas(SECONDARY, "OV1A", "321", "2", "03411", "Opleidingsvorm 1", (2011, 2012, 2013), 6),
    Klas(
        SECONDARY,
        "OV3B",
        "321",
        "2",
        "03437",
        "Opleidingsvorm 3 kwalificatiefase Onderhoudsassistent",
        (2010, 2011),
        7,
    ),
)


class Special(NamedTuple):
    """A pupil that is in the file on purpose.

    `number`: nn (rijksregisternummer), bis40 and bis20 (bisnummer, sex known or not), none,
    badcheck (wrong check digits), baddate (right, but of another birth date than the row's).
    """

    school: str
    klas: str
    stamnummer: str
    naam: str
    voornaam: str
    sex: str
    number: str = "nn"
    born: str = ""
    dotted: bool = False
    moves_to: str = ""


SPECIALS = (
    # Letters that Dutch does not have.
    Special(PRIMARY, "3A", "1204871", "Wiśniewski", "Łukasz", "M"),
    Special(PRIMARY, "4A", "1204907", "Yılmaz", "Şebnem", "V", dotted=True),
    Special(PRIMARY, "2B", "1204933", "Vermeiren", "Zoë", "V"),
    Special(SECONDARY, "4WE", "2601388", "Nguyễn", "Thị Hạnh", "V"),
    Special(PRIMARY, "K3A", "1205064", "Doğan", "İrem", "V"),
    Special(SECONDARY, "5EMT", "2601488", "Işık", "Yiğit", "M"),
    Special(SECONDARY, "6HW", "2601491", "Szőke", "Bence", "M", born="2008-11-23"),
    Special(SECONDARY, "6HW", "2601504", "Rățulea", "Ionuț", "M", born="2009-03-08"),
    Special(PRIMARY, "4A", "1205077", "Đặng", "Minh Anh", "V"),
    Special(SECONDARY, "3LAT", "2601517", "Đorđević", "Lowie", "M"),
    Special(PRIMARY, "6A", "1205080", "Sørensen", "Jules", "M"),
    Special(PRIMARY, "1A", "1205093", "Groß", "Tuur", "M"),
    Special(SECONDARY, "4WE", "2601520", "Kjær", "Noor", "V"),
    # The apostrophe in each of its disguises: ' ’ ‘ ʼ ` ´
    Special(SECONDARY, "1A", "2601402", "D'Hondt", "Siebe", "M", dotted=True),
    Special(SECONDARY, "2MTa", "2601417", "D’Hondt", "Jana", "V"),
    Special(PRIMARY, "5A", "1204958", "‘t Kindt", "Lore", "V"),
    Special(SECONDARY, "3LAT", "2601433", "Demʼianchuk", "Sofiia", "V", number="bis40"),
    Special(SECONDARY, "OV3B", "2601446", "N`Goma", "Exaucé", "M"),
    Special(PRIMARY, "6A", "1204962", "D´Haene", "Marthe", "V"),
    # Too long, or only half there.
    Special(
        PRIMARY,
        "6A",
        "1204975",
        "Vandenbroucke-Van den Bossche de la Faille-Vansteenkiste",
        "Anne-Sophie",
        "V",
        dotted=True,
    ),
    Special(SECONDARY, "1B", "2601459", "", "Zarmina", "V", number="bis20", dotted=True),
    Special(PRIMARY, "BLA", "1204981", "Noorullah", "", "M", number="bis40"),
    # One name, three children; and twins.
    Special(PRIMARY, "1B", "1205006", "Peeters", "Emma", "V"),
    Special(PRIMARY, "5A", "1205019", "Peeters", "Emma", "V"),
    Special(SECONDARY, "2MTa", "2601462", "Peeters", "Emma", "V"),
    Special(PRIMARY, "2A", "1205022", "Verhelst", "Lena", "V", born="2019-05-17"),
    Special(PRIMARY, "2B", "1205035", "Verhelst", "Lina", "V", born="2019-05-17"),
    # Surnames that a reader of tables may take for a missing or a logical value.
    Special(PRIMARY, "3A", "1205048", "Null", "Jens", "M"),
    Special(SECONDARY, "5EMT", "2601475", "True", "Ayla", "V"),
    Special(PRIMARY, "1A", "1205051", "Na", "Lotte", "V"),
    # Stamnummers: leading zeros, and one that both schools gave, each to a child of its own.
    Special(PRIMARY, "1B", "0004812", "Ilunga", "Grâce", "V"),
    Special(PRIMARY, "BLB", "0009950", "Mertens", "Jean-Baptiste", "M"),
    Special(SECONDARY, "6HW", "0012077", "Van Acker", "Louise", "V"),
    Special(SECONDARY, "OV1A", "007", "Moens", "Gust", "M"),
    Special(PRIMARY, "6A", "1205113", "Cools", "Wannes", "M"),
    Special(SECONDARY, "1A", "1205113", "Baeyens", "Fleur", "V"),
    # Changes class in October; sex X; the other bisnummers.
    Special(SECONDARY, "1A", "2601562", "Kalala", "Divine", "V", moves_to="1B"),
    Special(SECONDARY, "6HW", "2601575", "De Backer", "Robin", "X"),
    Special(PRIMARY, "4A", "1205106", "Rahimi", "Yusra", "V", number="bis20"),
    Special(SECONDARY, "OV3B", "2601588", "Petrenko", "Tymofii", "M", number="bis40", dotted=True),
    # Official number missing.
    Special(PRIMARY, "K3A", "1205122", "El Amrani", "Rayan", "M", number="none"),
    Special(PRIMARY, "2A", "1205135", "Kovalenko", "Mykyta", "M", number="none"),
    Special(PRIMARY, "BLB", "1205148", "Stoica", "Bianca", "V", number="none"),
    Special(SECONDARY, "1B", "2601533", "Hotak", "Milad", "M", number="none"),
    Special(SECONDARY, "OV1A", "2601546", "Popescu", "Larisa", "V", number="none"),
    # Official number wrong.
    Special(PRIMARY, "3A", "1205151", "Ferreira", "Lowie", "M", number="badcheck"),
    Special(SECONDARY, "4WE", "2601559", "Bouzidi", "Salma", "V", number="badcheck"),
    Special(PRIMARY, "5A", "1205164", "Dimitrova", "Raya", "V", number="baddate", born="2016-04-05"),
)


class Community(NamedTuple):
    """Names that occur together; `weight` is its share. `Man/Vrouw` is a surname with two forms."""

    weight: int
    surnames: str
    girls: str
    boys: str


COMMUNITIES = (
    Community(
        52,
        "Peeters,Janssens,Maes,De Smet,Van den Broeck,Vandenbroucke,Vande Velde,Van de Velde,Claes,Wouters,"
        "Goossens,Mertens,Verstraete,Coppens,Lemmens,Segers,De Clercq,Van Hove,Van de Walle,Vandewalle,"
        "Bogaerts,Aerts,T'Jonck,Desmet,Van Acker,Declerck,Vanhoutte,Van der Auwera,Roelandts,De Vos,"
        "Hermans,Thijs,Van Looveren,Vereecke,D'Hooghe,Smeets,Pauwels,Van Eeckhout,De Meyer,Heylen",
        "Lotje,Noor,Louise,Marie-Lou,Anne-Sophie,Elise,Fien,Juliette,Amber,Nora,Camille,Hanne,Lien,Roos,"
        "Zita,Mona,Julie,Jade,Renée,Noémie,Inès,Flore,Ella,Axelle,Lise-Marie,Jutta,Merel,Ona",
        "Arthur,Lars,Finn,Jules,Lowie,Stan,Seppe,Wout,Jean-Baptiste,Kobe,Warre,Tuur,Vic,Mathis,Gust,Robbe,"
        "Jérôme,Loïc,Cyriel,Siebe,Lou,Ferre,Briek,Pieter-Jan,Maurice,Bas,Emiel,Jasper",
    ),
    Community(
        12,
        "El Idrissi,Benali,Bouazza,El Khattabi,Amezian,Ouali,Aït Hamou,Chafiki,El Haddadi,Azzouzi,Lahlou",
        "Salma,Yasmine,Imane,Nour,Hajar,Aya,Malak,Safae,Soukaina,Lina",
        "Youssef,Bilal,Ilyas,Ayoub,Zakaria,Imran,Anas,Hamza,Adam,Walid",
    ),
    Community(
        8,
        "Kaya,Demir,Çelik,Şahin,Aydın,Öztürk,Koçak,Güneş,Karataş,Yıldız",
        "Elif,Zeynep,Ayşe,Defne,Büşra,Nisa,Eda,Tuğba",
        "Emir,Kerem,Yusuf,Efe,Çağan,Ömer,Mert,Alperen",
    ),
    Community(
        5,
        "Kowalski/Kowalska,Zieliński/Zielińska,Wójcik,Kamiński/Kamińska,Mazur,Dąbrowski/Dąbrowska",
        "Zuzanna,Maja,Oliwia,Hanna,Małgorzata,Agnieszka",
        "Jakub,Kacper,Michał,Paweł,Szymon,Wojciech",
    ),
    Community(
        5,
        "Bărbuleanu,Grigoraș,Zăvoianu,Stănculea,Țurcanu,Lupșoiu",
        "Ioana,Bianca,Ana-Maria,Ștefania,Denisa",
        "Andrei,Ștefan,Cătălin,Matei,Rareș",
    ),
    Community(3, "Trần,Lê,Phạm,Vũ", "Ngọc Mai,Thu Hà,Bảo Châu", "Gia Huy,Đức Minh,Tuấn Kiệt"),
    Community(
        5,
        "Mukengeshi,Tshibangu,Ngoy,Mbuyi,Kasongo,Lukusa",
        "Merveille,Gloire,Naomie,Bénédicte,Rachel",
        "Exaucé,Héritier,Dieumerci,Josué,Christ-Vie",
    ),
    Community(
        4,
        "Bondarenko,Tkachuk,Melnyk,Hryhorenko,Savchuk",
        "Solomiia,Zlata,Anastasiia,Kateryna",
        "Danylo,Nazar,Oleksii,Bohdan",
    ),
    Community(
        3,
        "da Silva,dos Santos,Gonçalves,Magalhães,Falcão",
        "Lurdes,Inês,Conceição,Mafalda",
        "Tomás,Gonçalo,Simão,Duarte",
    ),
    Community(
        3,
        "Dimitrov/Dimitrova,Georgiev/Georgieva,Yordanov/Yordanova,Hristov/Hristova",
        "Desislava,Gergana,Nevena,Tsvetelina",
        "Kaloyan,Lachezar,Yavor,Teodor",
    ),
    Community(
        3, "Ahmadzai,Stanikzai,Safi,Nazari,Hosseini", "Maryam,Hasti,Setayesh", "Farhad,Samim,Idris,Elyas"
    ),
)


class Pupil(NamedTuple):
    """One child at one school."""

    klas: Klas
    stamnummer: str
    naam: str
    voornaam: str
    born: date
    sex: str
    insz: str
    begin: date
    moves_to: Klas | None


class Maker:
    """Holds the random source and what was given out already."""

    def __init__(self) -> None:
        """Start from the fixed seed, with the names and keys of SPECIALS taken."""
        self.rng = random.Random(SEED)  # noqa: S311 - to be repeatable is the point, see SEED
        self.decks: dict[str, list[str]] = {}
        self.names = {(special.naam, special.voornaam) for special in SPECIALS}
        self.serials: set[tuple[date, int]] = set()
        self.last = dict(STAMNUMMER_BASE)

    def below(self, limit: int) -> int:
        """Draw 0 … limit - 1; only `random()` is promised to stay the same over Python versions."""
        return int(self.rng.random() * limit)

    def chance(self, share: float) -> bool:
        """Say yes in that share of the cases."""
        return self.rng.random() < share

    def deal(self, names: str) -> str:
        """Draw from a comma-separated table; none comes twice before all came once."""
        deck = self.decks.setdefault(names, [])
        if not deck:
            deck += sorted(names.split(","), key=lambda _: self.rng.random())
        return deck.pop()

    def community(self) -> Community:
        """Draw a community by its weight."""
        at = self.below(sum(community.weight for community in COMMUNITIES))
        for community in COMMUNITIES:
            at -= community.weight
            if at < 0:
                return community
        raise SystemExit("make_example: the weights of COMMUNITIES do not add up")

    def name(self, sex: str) -> tuple[str, str]:
        """Draw a naam and voornaam that nobody in the file has yet."""
        while True:
            home = self.community()
            other = self.community() if self.chance(MIXED_SHARE) else home
            forms = self.deal(home.surnames).split("/")
            naam = forms[-1] if sex == "V" else forms[0]
            voornaam = self.deal(other.girls if sex == "V" else other.boys)
            if (naam, voornaam) not in self.names:
                self.names.add((naam, voornaam))
                return naam, voornaam

    def birth(self, klas: Klas) -> date:
        """Draw a birth date that fits the class; now and then one of a child a year behind."""
        year = klas.years[self.below(len(klas.years))]
        if klas.structure in {"211", "311"} and self.chance(REPEATER_SHARE):
            year -= 1
        # Who is born after February 2024 is not two and a half when the school year begins.
        return date(year, 1 + self.below(2 if year == 2024 else 12), 1 + self.below(28))

    def stamnummer(self, school: str) -> str:
        """Give the next stamnummer of a school, with gaps as years of use leave them."""
        self.last[school] += 1 + self.below(STAMNUMMER_STEP)
        return str(self.last[school])

    def begin(self) -> date:
        """Draw the first day: 1 September, for a few later."""
        return LATE_BEGINS[self.below(len(LATE_BEGINS))] if self.chance(LATE_SHARE) else FIRST_DAY

    def insz(self, kind: str, born: date, sex: str) -> str:
        """Make a number of this kind: eleven digits, or nothing.

        The serials are high ones, of which few are given to real children.
        """
        if kind == "none":
            return ""
        if kind == "baddate":
            born = born.replace(month=born.day, day=born.month)
        odd = {"M": True, "V": False}.get(sex, self.chance(0.5))
        while True:
            serial = 801 + 2 * self.below(98) + (0 if odd else 1)
            if (born, serial) not in self.serials:
                break
        self.serials.add((born, serial))
        month = born.month + {"bis40": 40, "bis20": 20}.get(kind, 0)
        nine = f"{born.year % 100:02}{month:02}{born.day:02}{serial:03}"
        check = 97 - int("2" + nine) % 97
        if kind == "badcheck":
            check = check % 97 + 1
        return f"{nine}{check:02}"

    def special(self, special: Special) -> Pupil:
        """Make the pupil that a line of SPECIALS describes."""
        klas = find_class(special.school, special.klas)
        born = date.fromisoformat(special.born) if special.born else self.birth(klas)
        insz = self.insz(special.number, born, special.sex)
        return Pupil(
            klas=klas,
            stamnummer=special.stamnummer,
            naam=special.naam,
            voornaam=special.voornaam,
            born=born,
            sex=special.sex,
            insz=dotted(insz) if special.dotted else insz,
            begin=FIRST_DAY,
            moves_to=find_class(special.school, special.moves_to) if special.moves_to else None,
        )

    def ordinary(self, klas: Klas) -> Pupil:
        """Make a pupil of whom there is nothing particular to say."""
        sex = "M" if self.chance(0.5) else "V"
        naam, voornaam = self.name(sex)
        born = self.birth(klas)
        return Pupil(
            klas=klas,
            stamnummer=self.stamnummer(klas.school),
            naam=naam,
            voornaam=voornaam,
            born=born,
            sex=sex,
            insz=self.insz("nn", born, sex),
            begin=self.begin(),
            moves_to=None,
        )


def dotted(insz: str) -> str:
    """Write eleven digits as they stand on an identity card."""
    return f"{insz[:2]}.{insz[2:4]}.{insz[4:6]}-{insz[6:9]}.{insz[9:]}"


def find_class(school: str, name: str) -> Klas:
    """Look a class up."""
    for klas in CLASSES:
        if (klas.school, klas.name) == (school, name):
            return klas
    raise SystemExit(f"make_example: there is no class {name} in school {school}")


def make_pupils() -> list[Pupil]:
    """Make all pupils: those of SPECIALS, then as many as each class still needs."""
    maker = Maker()
    pupils = [maker.special(special) for special in SPECIALS]
    taken = Counter(pupil.klas for pupil in pupils)
    for klas in CLASSES:
        pupils += [maker.ordinary(klas) for _ in range(klas.size - taken[klas])]
    return pupils


def row(pupil: Pupil, klas: Klas, begin: date, end: date | None) -> tuple[str, ...]:
    """Write one enrolment as the cells of its row."""
    return (
        klas.school,
        pupil.stamnummer,
        pupil.naam,
        pupil.voornaam,
        pupil.born.isoformat(),
        pupil.sex,
        pupil.insz,
        klas.structure,
        klas.site,
        klas.group,
        klas.description,
        klas.name,
        begin.isoformat(),
        end.isoformat() if end else "",
    )


def make_rows(pupils: Sequence[Pupil]) -> list[tuple[str, ...]]:
    """Write all enrolments, by class and name as a school's program does."""
    stays: list[tuple[Klas, Pupil, date, date | None]] = []
    for pupil in pupils:
        if pupil.moves_to:
            stays.append((pupil.klas, pupil, pupil.begin, LAST_DAY_BEFORE_MOVE))
            stays.append((pupil.moves_to, pupil, MOVE_DAY, None))
        else:
            stays.append((pupil.klas, pupil, pupil.begin, None))
    order = {klas: at for at, klas in enumerate(CLASSES)}
    stays.sort(key=lambda stay: (order[stay[0]], stay[1].naam, stay[1].voornaam, stay[1].stamnummer))
    return [row(pupil, klas, begin, end) for klas, pupil, begin, end in stays]


def make_text(rows: Sequence[Sequence[str]]) -> str:
    """Write the file's text."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(rows)
    return buffer.getvalue()


def verdict(record: dict[str, str]) -> str:
    """Judge the official number of a row with python-stdnum, which had no part in making it."""
    number = record["insz"]
    if not number:
        return "none"
    try:
        digits = ssn.validate(number)
    except ValidationError:
        return "badcheck"
    if ssn.get_birth_date(digits) != date.fromisoformat(record["geboortedatum"]):
        return "baddate"
    if ssn.guess_type(digits) == "nn":
        return "nn"
    return "bis40" if int(digits[2:4]) > 40 else "bis20"


def problems_of(record: dict[str, str], expected: str) -> list[str]:
    """Name what is wrong with one row as it stands in the file."""
    found = []
    if verdict(record) != expected:
        found.append(f"official number is {verdict(record)}, meant to be {expected}")
    sex = {"M": "M", "V": "F"}.get(record["geslacht"])
    if expected in {"nn", "bis40"} and sex and ssn.get_gender(record["insz"]) != sex:
        found.append("official number is of the other sex")
    if any(not unicodedata.is_normalized("NFC", cell) or cell != cell.strip() for cell in record.values()):
        found.append("a cell is not NFC, or has blanks at an end")
    if not record["naam"] + record["voornaam"]:
        found.append("no name at all")
    return found


def check(text: str) -> list[dict[str, str]]:
    """Read the text back and stop at anything that is not as meant; return its rows."""
    records = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    expected = {(special.school, special.stamnummer): special.number for special in SPECIALS}
    found = []
    holders: dict[str, set[tuple[str, str]]] = {}
    for record in records:
        key = (record["instellingsnummer"], record["stamnummer"])
        found += [f"{'/'.join(key)}: {p}" for p in problems_of(record, expected.get(key, "nn"))]
        if record["insz"]:
            holders.setdefault(record["insz"].replace(".", "").replace("-", ""), set()).add(key)
    found += [f"one official number for {sorted(keys)}" for keys in holders.values() if len(keys) > 1]
    opened = Counter((r["instellingsnummer"], r["stamnummer"]) for r in records if not r["einddatum"])
    found += [f"{'/'.join(key)}: {count} open rows" for key, count in opened.items() if count != 1]
    if found:
        raise SystemExit("\n".join(["make_example: the file is not as meant:", *found]))
    return records


def summary(records: Sequence[dict[str, str]]) -> str:
    """Count what is in the file."""
    pupils = {(record["instellingsnummer"], record["stamnummer"]): record for record in records}
    structures = Counter(record["hoofdstructuur"] for record in pupils.values())
    young = sum(int(record["geboortedatum"][:4]) > 2021 for record in pupils.values())
    numbers = Counter(verdict(record) for record in pupils.values())
    return "\n".join(
        (
            f"{len(records)} rows, {len(pupils)} pupils, {young} of them too young",
            "hoofdstructuur " + ", ".join(f"{code}: {n}" for code, n in sorted(structures.items())),
            "official number " + ", ".join(f"{kind}: {n}" for kind, n in sorted(numbers.items())),
        )
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the file, or compare it."""
    parser = argparse.ArgumentParser(description="Write examples/students.csv.")
    parser.add_argument("--check", action="store_true", help="only compare; exit 1 when it differs")
    options = parser.parse_args(arguments)
    text = make_text(make_rows(make_pupils()))
    records = check(text)
    if not options.check:
        TARGET.write_bytes(text.encode())
    elif not TARGET.is_file() or TARGET.read_bytes() != text.encode():
        sys.stderr.write("examples/students.csv differs: run script/make_example.py\n")
        return 1
    sys.stderr.write(summary(records) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
