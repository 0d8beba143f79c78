"""Who may come in: only who is named, with the scope and the permission that is named."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from oauth2_provider.models import get_access_token_model
from pytest_django import Settings

from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.api.principals import Principal, PrincipalKind
from omniretail.kernel.clients import renew_secret, switch_off_client, switch_on_client
from omniretail.kernel.models import AuditEntry, Heartbeat, User
from omniretail.kernel.pairing import revoke_tokens
from tests.callers import (
    a_client,
    as_client,
    as_device,
    bearer,
    nobody,
    posing_as,
    token_for,
)
from tests.clock import NOON

pytestmark = pytest.mark.django_db

HOUSES = "/api/v1/houses"


@pytest.fixture
def tablet(settings: Settings) -> User:
    settings.DEVICE_PLACE = f"{__name__}.stand"
    return User.objects.create(username="tablet-1", kind=User.Kind.DEVICE, name="Tablet 1")


def stand(user_id: int) -> tuple[str, str] | None:
    return ("D-1", "arbat") if User.objects.filter(pk=user_id).exists() else None


def unpaired(_user_id: int) -> tuple[str, str] | None:
    return None


def permitted(_actor: object, permission: str, store: str | None, _at: object) -> bool:
    return (permission, store) == ("stock.look", "arbat")


def test_a_client_needs_the_scope() -> None:
    assert as_client("stock:read").get(HOUSES).status_code == 200
    answer = as_client("orders:read").get(HOUSES)
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


def test_an_operation_without_a_row_is_closed() -> None:
    answer = as_client("stock:read", "stock:write").get(f"{HOUSES}/closed")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_for_you")


@pytest.mark.parametrize("kind", list(PrincipalKind))
def test_only_the_named_kind_of_principal_comes_in(kind: PrincipalKind) -> None:
    with posing_as(Principal(kind, "x")):
        answer = nobody().get(f"{HOUSES}/mine")
    assert answer.status_code == (200 if kind is PrincipalKind.CUSTOMER else 403)


@pytest.mark.parametrize("method", ["DISPATCH", "TRACE", "HANDLE_EXCEPTION", "CLOSED"])
def test_a_made_up_method_reaches_nothing(method: str) -> None:
    assert as_client("stock:read").generic(method, HOUSES).status_code == 405


def test_staff_need_the_permission_where_they_stand(settings: Settings) -> None:
    settings.STAFF_PERMISSION = f"{__name__}.permitted"
    for store, status in (("arbat", 200), ("tverskaya", 403)):
        with posing_as(Principal(PrincipalKind.STAFF, "E-1", store=store)):
            assert nobody().get(f"{HOUSES}/hall").status_code == status


def test_anyone_may_call_what_is_open_to_anyone() -> None:
    assert nobody().get(f"{HOUSES}/visit").status_code == 200
    assert as_client().get(f"{HOUSES}/visit").status_code == 200


def test_strangers_are_bounded() -> None:
    with patch(
        "rest_framework.throttling.SimpleRateThrottle.THROTTLE_RATES", {"nobody": "1/min"}
    ):
        statuses = [nobody().get(f"{HOUSES}/visit").status_code for _ in range(2)]
        assert statuses == [200, 429]
        assert as_client().get(f"{HOUSES}/visit").status_code == 200


@pytest.mark.parametrize("token", ["", "x", "x" * 300, "токен", "a b"])
def test_an_unknown_token_is_refused(token: str) -> None:
    assert bearer(token).get(HOUSES).status_code == 401


def test_a_wrong_token_is_refused_even_where_anyone_may_come() -> None:
    assert bearer("x").get(f"{HOUSES}/visit").status_code == 401


def test_an_expired_token_is_refused() -> None:
    token = token_for(a_client(["stock:read"]))
    get_access_token_model().objects.update(expires=clock.now() - timedelta(seconds=1))
    assert bearer(token).get(HOUSES).status_code == 401


def test_a_client_switched_off_is_shut_out_at_once() -> None:
    client = a_client(["stock:read"])
    caller = bearer(token_for(client))
    switch_off_client(client=client, by=SYSTEM, at=NOON)
    assert caller.get(HOUSES).status_code == 401
    switch_on_client(client=client, by=SYSTEM, at=NOON)
    assert caller.get(HOUSES).status_code == 401
    assert bearer(token_for(client)).get(HOUSES).status_code == 200


def test_a_new_secret_ends_the_old_tokens() -> None:
    client = a_client(["stock:read"])
    caller = bearer(token_for(client))
    renew_secret(client=client, by=SYSTEM, at=NOON)
    assert caller.get(HOUSES).status_code == 401


def test_a_token_loses_the_scopes_its_client_lost() -> None:
    client = a_client(["stock:read"])
    caller = bearer(token_for(client))
    type(client).objects.update(allowed_scopes="orders:read")
    assert caller.get(HOUSES).status_code == 403


def test_a_paired_device_comes_in_as_itself(tablet: User) -> None:
    assert as_device(tablet).get(HOUSES).status_code == 200


def test_an_unpaired_device_is_shut_out(tablet: User, settings: Settings) -> None:
    caller = as_device(tablet)
    settings.DEVICE_PLACE = f"{__name__}.unpaired"
    assert caller.get(HOUSES).status_code == 401


def test_a_device_whose_tokens_were_ended_is_shut_out(tablet: User) -> None:
    caller = as_device(tablet)
    assert revoke_tokens(user=tablet) == 1
    assert caller.get(HOUSES).status_code == 401


def test_a_disabled_device_is_shut_out(tablet: User) -> None:
    caller = as_device(tablet)
    User.objects.update(is_active=False)
    assert caller.get(HOUSES).status_code == 401


def test_a_person_is_no_device(tablet: User) -> None:
    caller = as_device(tablet)
    User.objects.update(kind=User.Kind.PERSON)
    assert caller.get(HOUSES).status_code == 401


def test_every_change_is_written_down_with_its_principal() -> None:
    client = a_client(["stock:write"])
    bearer(token_for(client)).post(HOUSES, {"name": "Mill"}, key="k1")
    entry = AuditEntry.objects.get(action="houses.create")
    assert (entry.actor_kind, entry.actor_key) == ("client", client.client_id)
    assert entry.subject == "house:Mill"
    assert entry.request_id
    assert entry.detail == {
        "method": "POST",
        "status": 201,
        "key": "k1",
        "principal": f"client:{client.client_id}",
    }


def test_pages_follow_each_other_whatever_comes_in_between() -> None:
    for number in range(5):
        Heartbeat.objects.create(name=f"h{number}", at=NOON)
    caller = as_client("stock:read")
    first = caller.get(f"{HOUSES}?page_size=2").json()
    Heartbeat.objects.create(name="earlier", at=NOON - timedelta(days=1))
    second = caller.get(f"{HOUSES}?page_size=2&cursor={first['next']}").json()
    third = caller.get(f"{HOUSES}?page_size=2&cursor={second['next']}").json()
    names = [row["name"] for page in (first, second, third) for row in page["items"]]
    assert names == ["h0", "h1", "h2", "h3", "h4"]
    assert third["next"] is None
