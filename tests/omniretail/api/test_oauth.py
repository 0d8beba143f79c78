"""Machines fetch tokens; devices are paired by a person and cut off at once."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from oauth2_provider.models import (
    get_access_token_model,
    get_device_grant_model,
    get_refresh_token_model,
)
from pytest_django import Settings

from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.clients import NewClient, create_client
from omniretail.kernel.models import ApiClient, User
from omniretail.kernel.pairing import (
    PairingNotFound,
    approve_pairing,
    deny_pairing,
    find_pairing,
    revoke_tokens,
)
from tests.callers import Answer, bearer
from tests.clock import NOON

pytestmark = pytest.mark.django_db

TOKEN = "/oauth/token"
ASK = "/oauth/device-authorization"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
HOUSES = "/api/v1/houses"


def post(path: str, **form: Any) -> Answer:
    return Client().post(
        path,
        "&".join(f"{name}={value}" for name, value in form.items()),
        content_type="application/x-www-form-urlencoded",
    )


def admitted(
    *, for_devices: bool = False, scopes: tuple[str, ...] = ("stock:read",)
) -> NewClient:
    return create_client(
        name="Site", scopes=scopes, for_devices=for_devices, by=SYSTEM, at=NOON
    )


def credentials(made: NewClient) -> dict[str, str]:
    return {"client_id": made.client.client_id, "client_secret": made.secret}


def token_of(made: NewClient, **more: str) -> Answer:
    return post(TOKEN, grant_type="client_credentials", **credentials(made), **more)


@pytest.fixture
def tills() -> NewClient:
    return admitted(for_devices=True)


@pytest.fixture
def till(settings: Settings) -> User:
    settings.DEVICE_PLACE = "tests.omniretail.api.test_principals.stand"
    return User.objects.create(username="till-1", kind=User.Kind.DEVICE)


def ask(tills: NewClient) -> dict[str, Any]:
    answered: dict[str, Any] = post(ASK, **credentials(tills)).json()
    return answered


def fetch(tills: NewClient, asked: dict[str, Any]) -> Answer:
    return post(
        TOKEN,
        grant_type=DEVICE_GRANT,
        device_code=asked["device_code"],
        **credentials(tills),
    )


def paired(tills: NewClient, till: User) -> dict[str, Any]:
    asked = ask(tills)
    approve_pairing(user_code=asked["user_code"], user=till, at=clock.now())
    answered: dict[str, Any] = fetch(tills, asked).json()
    return answered


def test_a_client_gets_a_token_that_opens_the_door() -> None:
    answer = token_of(admitted())
    assert answer.status_code == 200
    assert answer.json()["scope"] == "stock:read"
    assert "refresh_token" not in answer.json()
    assert "no-store" in answer["Cache-Control"]
    assert bearer(answer.json()["access_token"]).get(HOUSES).status_code == 200


def test_nothing_that_opens_a_door_is_kept_in_clear(tills: NewClient, till: User) -> None:
    made = admitted()
    token = token_of(made).json()["access_token"]
    asked = ask(tills)
    pair = paired(tills, till)
    kept = str(
        [
            list(model.objects.values())
            for model in (
                ApiClient,
                get_access_token_model(),
                get_refresh_token_model(),
                get_device_grant_model(),
            )
        ]
    )
    secrets = (
        made.secret,
        token,
        pair["access_token"],
        pair["refresh_token"],
        asked["device_code"],
    )
    assert not [secret for secret in secrets if secret in kept]


def test_a_client_gets_no_scope_it_was_not_given() -> None:
    answer = token_of(admitted(), scope="orders:write")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


def test_a_wrong_secret_is_refused() -> None:
    made = admitted()
    answer = post(
        TOKEN,
        grant_type="client_credentials",
        client_id=made.client.client_id,
        client_secret="x",
    )
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_a_client_switched_off_gets_no_token() -> None:
    made = admitted()
    ApiClient.objects.update(is_active=False)
    assert token_of(made).status_code == 401


@pytest.mark.parametrize("grant", ["password", "authorization_code", "implicit", "x", ""])
def test_other_grants_are_refused(grant: str) -> None:
    answer = post(
        TOKEN,
        grant_type=grant,
        username="a",
        password="b",
        code="c",
        **credentials(admitted()),
    )
    assert answer.status_code in (400, 401)


@pytest.mark.parametrize("path", [TOKEN, ASK, "/oauth/revoke"])
@pytest.mark.parametrize(
    "body", ["", "grant_type=%00", "%00=1", "client_id=%ED%A0%80", "=&=&;", "x" * 5000]
)
def test_odd_forms_are_refused(path: str, body: str) -> None:
    form = "application/x-www-form-urlencoded"
    assert Client().post(path, body, content_type=form).status_code in (400, 401)


def test_a_device_is_paired_by_a_person(tills: NewClient, till: User) -> None:
    asked = ask(tills)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{8}", asked["user_code"])
    assert "/tablet/pair" in asked["verification_uri"]
    assert fetch(tills, asked).json() == {"error": "authorization_pending"}

    waiting = find_pairing(asked["user_code"].lower(), at=clock.now())
    assert waiting.scopes == ("stock:read",)
    approve_pairing(user_code=asked["user_code"], user=till, at=clock.now())

    answer = fetch(tills, asked)
    assert answer.status_code == 200
    assert bearer(answer.json()["access_token"]).get(HOUSES).status_code == 200


def test_an_impatient_device_is_slowed_down(tills: NewClient) -> None:
    asked = ask(tills)
    fetch(tills, asked)
    assert fetch(tills, asked).json() == {"error": "slow_down"}


def test_a_device_code_is_worth_one_token(tills: NewClient, till: User) -> None:
    asked = ask(tills)
    approve_pairing(user_code=asked["user_code"], user=till, at=clock.now())
    assert fetch(tills, asked).status_code == 200
    assert fetch(tills, asked).json() == {"error": "invalid_grant"}
    assert get_access_token_model().objects.count() == 1


def test_a_device_code_of_another_client_is_worth_nothing(
    tills: NewClient, till: User
) -> None:
    asked = ask(tills)
    approve_pairing(user_code=asked["user_code"], user=till, at=clock.now())
    answer = fetch(admitted(for_devices=True), asked)
    assert answer.status_code == 400
    assert not get_access_token_model().objects.exists()


def test_a_denied_device_is_told_so(tills: NewClient) -> None:
    asked = ask(tills)
    deny_pairing(user_code=asked["user_code"], at=clock.now())
    assert fetch(tills, asked).json() == {"error": "access_denied"}


def test_a_code_runs_out(tills: NewClient, till: User) -> None:
    asked = ask(tills)
    approve_pairing(user_code=asked["user_code"], user=till, at=clock.now())
    get_device_grant_model().objects.update(expires=clock.now() - timedelta(seconds=1))
    assert fetch(tills, asked).json() == {"error": "expired_token"}
    with pytest.raises(PairingNotFound):
        find_pairing(asked["user_code"], at=clock.now())


def test_a_code_is_approved_once(tills: NewClient, till: User) -> None:
    asked = ask(tills)
    approve_pairing(user_code=asked["user_code"], user=till, at=clock.now())
    with pytest.raises(PairingNotFound):
        approve_pairing(user_code=asked["user_code"], user=till, at=clock.now())


def test_a_program_without_devices_pairs_none() -> None:
    answer = post(ASK, **credentials(admitted()))
    assert answer.json() == {"error": "unauthorized_client"}


def test_a_device_asks_for_no_more_than_its_program_may(tills: NewClient) -> None:
    answer = post(ASK, scope="orders:write", **credentials(tills))
    assert answer.json() == {"error": "invalid_scope"}


def test_a_device_renews_its_token_even_when_an_answer_was_lost(
    tills: NewClient, till: User
) -> None:
    pair = paired(tills, till)
    renew = {
        "grant_type": "refresh_token",
        "refresh_token": pair["refresh_token"],
        **credentials(tills),
    }
    lost = post(TOKEN, **renew)
    again = post(TOKEN, **renew)
    assert (lost.status_code, again.status_code) == (200, 200)
    assert bearer(again.json()["access_token"]).get(HOUSES).status_code == 200
    assert bearer(pair["access_token"]).get(HOUSES).status_code == 401


def test_an_unpaired_device_has_no_way_back(tills: NewClient, till: User) -> None:
    pair = paired(tills, till)
    revoke_tokens(user=till)
    renewed = post(
        TOKEN,
        grant_type="refresh_token",
        refresh_token=pair["refresh_token"],
        **credentials(tills),
    )
    assert renewed.status_code == 400
    assert bearer(pair["access_token"]).get(HOUSES).status_code == 401


def test_a_client_gives_a_token_back() -> None:
    made = admitted()
    token = token_of(made).json()["access_token"]
    assert post("/oauth/revoke", token=token, **credentials(made)).status_code == 200
    assert bearer(token).get(HOUSES).status_code == 401


def test_the_command_prints_the_secret_once(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_client", "Site", "stock:read", "--channel", "site")
    printed = dict(
        line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()[:2]
    )
    client = ApiClient.objects.get(client_id=printed["client_id"])
    assert client.channel == "site"
    assert printed["client_secret"] not in client.client_secret
    with pytest.raises(CommandError):
        call_command("create_client", "Site", "stock:steal")
