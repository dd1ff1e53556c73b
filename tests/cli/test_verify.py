"""`verify`: does this password open this account?"""

import sqlite3

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
