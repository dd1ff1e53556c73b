"""`verify`: does this password open this account?"""

import pytest
from bundles import records
from world import AS_OF, World


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
