"""`verify`: does this password open this account?"""

import sqlite3
import subprocess
import sys

import pytest
from bundles import records
from schools import TEMPORARY
from world import AS_OF, World

from leerid_cli.accounts.sign_in import verify
from leerid_cli.errors import ErrorReason, LeeridError
from leerid_cli.store.access import Store


@pytest.fixture
def school(three_pupils: World) -> World:
    return three_pupils


def test_verify(school: World) -> None:
    school.run("bulk-create", "--all", *AS_OF, "-o", school.out / "a.zip")
    for account in records(school.out / "a.zip"):
        username, password = account["LeerID Gebruikersnaam"], account["LeerID Wachtwoord"]
        assert school.run("verify", username.upper(), stdin=password).code == 0
        shuffled = ", ".join(reversed(password.split()))
        if account["Wachtwoordsoort"] == "afbeelding":
            assert school.run("verify", username, stdin=shuffled.upper()).code == 0
        for wrong in ("", "zomaar42", password + "x"):
            refused = school.run("verify", username, stdin=wrong)
            assert (refused.code, password in refused.err) == (6, False)
    assert school.run("verify", "nobody", stdin="x").code == 5


def reason(school: World, username: str, password: str) -> ErrorReason | None:
    """Return why a sign-in page, which calls the function, is refused."""
    with pytest.raises(LeeridError) as refused:
        verify(Store(school.store), username, password)
    return refused.value.reason


def test_a_sign_in_page_gets_the_reason_of_a_refusal(known_passwords: World) -> None:
    school = known_passwords
    verify(Store(school.store), "noor.claes", TEMPORARY)
    assert reason(school, "nobody", TEMPORARY) is ErrorReason.UNKNOWN_USERNAME
    assert reason(school, "noor.claes", "zomaar42") is ErrorReason.WRONG_PASSWORD
    assert school.run("suspend", "3", *AS_OF).code == 0
    assert reason(school, "noor.claes", TEMPORARY) is ErrorReason.SUSPENDED
    connection = sqlite3.connect(school.store)
    connection.execute("UPDATE account SET password_hash = '' WHERE username = 'emma.peeters'")
    connection.commit()
    connection.close()
    assert reason(school, "emma.peeters", "kikker77") is ErrorReason.PASSWORD_NOT_KNOWN


def test_without_a_store_there_is_no_reason_that_speaks_of_the_username(world: World) -> None:
    assert reason(world, "nobody", "x") is None


SIGN_IN = """
import gc, io, resource, signal, sys, warnings
from datetime import UTC, datetime
from pathlib import Path
from PIL import Image, ImageFile

def of_drawing():
    collector = gc.isenabled(), gc.get_threshold(), gc.get_freeze_count()
    return collector, ImageFile.LOAD_TRUNCATED_IMAGES, Image.MAX_IMAGE_PIXELS

def of_all():
    limits = [resource.getrlimit(limit) for limit in (resource.RLIMIT_AS, resource.RLIMIT_CORE)]
    handlers = [signal.getsignal(one) for one in signal.valid_signals()]
    return of_drawing(), limits, handlers, sys.getrecursionlimit(), list(warnings.filters)

before = of_all()
from leerid_cli.accounts.own_password import change_password
from leerid_cli.accounts.sign_in import verify
from leerid_cli.store.access import Store
store, config, old, new = sys.argv[1:]
verify(Store(Path(store)), "noor.claes", old)
change_password(Store(Path(store)), 4, "noor.claes", old, new, datetime.now(UTC))
print(of_all() == before)

from leerid_cli.cli.app import app
sys.stdin = io.StringIO(new)
try:
    app(["--db", store, "--config", config, "verify", "noor.claes"])
except SystemExit as ended:
    print(ended.code, of_drawing() == before[0])

import leerid_cli.cards.render
print(of_drawing() == before[0])
"""


def test_signing_in_leaves_the_settings_of_the_process_alone(known_passwords: World) -> None:
    """They are those of every thread of a server; WeasyPrint changes one of Pillow's where it is loaded."""
    school = known_passwords
    line = [sys.executable, "-c", SIGN_IN, school.store, school.config, TEMPORARY, "twaalf tekens 12"]
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    the_function, command, the_control = done.stdout.splitlines()
    assert (the_function, command) == ("True", "0 True")
    assert the_control == "False"
