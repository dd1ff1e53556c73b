"""Pupils of the schools that several files of tests begin with; the schools are fixtures in conftest.py."""

from world import row

KEY = "official-number.key"
# Three pupils who may get an account.
MAY_GET = [
    row("1", insz="15030700157", geslacht="V"),
    row("2", naam="D’Hondt", voornaam="Zoë", geboortedatum="2014-05-06", insz="14450600268"),
    row(
        "3",
        naam="Wiśniewski",
        voornaam="Łukasz",
        geboortedatum="2003-03-07",
        insz="03030700196",
        hoofdstructuur="311",
    ),
]
# Of whom 1, 2 and 3 have accounts whose passwords a test knows; that of 3 is temporary.
KNOWN = (
    row("1", insz="15030700157"),
    row("2", naam="D’Hondt", voornaam="Zoë", geboortedatum="2014-05-06", insz="14450600268"),
    row("3", naam="Claes", voornaam="Noor", geboortedatum="2003-03-07", insz="03030700196", hoofdstructuur="311"),
    row("4", naam="Maes", voornaam="Bo"),
)  # fmt: skip
TEMPORARY = "eerste1wachtwoord"
# Of whom 1, 2 and 3 have accounts; 1 may move to secondary school.
NUMBERS = {"1": "15030700157", "2": "14450600268", "3": "03030700196"}
WITH_ACCOUNTS = (
    row("1", insz=NUMBERS["1"]),
    row("2", naam="D’Hondt", voornaam="Zoë", geboortedatum="2014-05-06", insz=NUMBERS["2"]),
    row(
        "3", naam="Claes", voornaam="Noor", geboortedatum="2003-03-07", insz=NUMBERS["3"], hoofdstructuur="311",
        klas="1A",
    ),
    row("4", naam="Maes", voornaam="Bo", geboortedatum="2015-09-09"),
)  # fmt: skip
TO_SECONDARY = row("1", insz=NUMBERS["1"], hoofdstructuur="311", klas="1A")
# Of two schools and three classes; 1 has an account.
TWO_SCHOOLS = (
    row("1", insz="15030700157"),
    row("2", naam="D’Hondt", voornaam="Zoë", geboortedatum="2014-05-06", insz="14450600268", klas="10A"),
    row("3", naam="Claes", voornaam="Noor", geboortedatum="2003-03-07", insz="03030700196"),
    row("4", naam="Maes", voornaam="Bo"),
    row("5", instellingsnummer="041871", naam="Wouters", voornaam="Lou", insz="15030700256", klas="5A"),
)
