"""The REST door of the loyalty floor."""

from typing import Any

import pytest

from loyalty.identity.models import Customer
from loyalty.messaging.operations import send_due
from loyalty.messaging.queries import mailbox
from omniretail.kernel import clock, outbox
from omniretail.kernel.models import AuditEntry
from tests.callers import Caller, as_client, bearer, nobody
from tests.factories.loyalty import a_customer
from tests.loyalty.conftest import Grant

pytestmark = pytest.mark.django_db
PHONE = "+79123456789"
READ, WRITE = "customers:read", "customers:write"


def code_at(address: str) -> str:
    outbox.drain()
    send_due(at=clock.now(), limit=10)
    return "".join(ch for ch in mailbox(address)[0].body if ch.isdigit())[:6]


def signed_in(phone: str = PHONE) -> Caller:
    who = {"kind": "PHONE", "value": phone}
    asked = nobody().post("/api/v1/login-codes", who)
    assert asked.status_code == 202, asked.content
    answered = nobody().post("/api/v1/login-codes/redeem", who | {"code": code_at(phone)})
    assert answered.status_code == 200, answered.content
    return bearer(answered.json()["token"])


def test_a_program_registers_finds_and_changes_a_customer() -> None:
    site = as_client(READ, WRITE)
    given = {"first_name": "Анна", "last_name": "Королёва", "phone": "8 912 345 67 89"}
    made = site.post("/api/v1/customers", given)
    assert made.status_code == 201
    number = made.json()["number"]
    assert made.headers["Location"] == f"/api/v1/customers/{number}"
    found = site.get("/api/v1/customers", {"q": "королева"}).json()
    assert [one["number"] for one in found["items"]] == [number]
    changed = site.patch(f"/api/v1/customers/{number}", {"first_name": "Анна-Мария"})
    assert changed.json()["short_name"] == "Анна-Мария К."
    assert site.get(f"/api/v1/customers/{number}").json()["phone"] == PHONE
    assert AuditEntry.objects.filter(subject=f"customer:{number}").exists()


def test_a_repeated_request_registers_once() -> None:
    site = as_client(WRITE)
    given = {"first_name": "Анна"}
    one = site.post("/api/v1/customers", given, key="k-1")
    two = site.post("/api/v1/customers", given, key="k-1")
    assert one.json() == two.json()
    assert Customer.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "status", "pointer"),
    [
        ({}, 400, "/first_name"),
        ({"first_name": "A", "vip": True}, 400, "/vip"),
        ({"first_name": "A\x00"}, 400, "/first_name"),
        ({"first_name": "A" * 101}, 400, "/first_name"),
        ({"first_name": "A", "language": "xx"}, 400, "/language"),
        ({"first_name": "A", "phone": "12"}, 422, "/phone"),
        ({"first_name": "A", "email": "a@b"}, 422, "/email"),
        ({"first_name": "A", "card": "4600000000008"}, 422, "/card"),
        ({"first_name": "A", "birth_date": "31.12.1990"}, 400, "/birth_date"),
    ],
)
def test_bad_input_is_refused_with_the_field_named(
    given: dict[str, Any], status: int, pointer: str
) -> None:
    refused = as_client(WRITE).post("/api/v1/customers", given)
    assert refused.status_code == status
    assert refused.json()["errors"][0]["pointer"].endswith(pointer)
    assert not Customer.objects.exists()


def test_scopes_are_asked_for() -> None:
    assert as_client(READ).post("/api/v1/customers", {}).status_code == 403
    assert as_client(WRITE).get("/api/v1/customers", {"q": "a"}).status_code == 403
    assert nobody().get("/api/v1/me").status_code == 401
    assert as_client(READ).get("/api/v1/me").status_code == 403
    assert bearer("cust_nonsense").get("/api/v1/me").status_code == 401
    assert bearer("cust_йцу").get("/api/v1/me").status_code == 401


def test_a_customer_signs_in_looks_around_and_leaves() -> None:
    me = signed_in()
    assert me.get("/api/v1/me").json()["phone"] == PHONE
    named = me.patch("/api/v1/me", {"first_name": "Анна"})
    assert named.json()["first_name"] == "Анна"
    assert me.get("/api/v1/me/points").json()["active"] == 0
    assert me.get("/api/v1/me/points/entries").json() == {"items": [], "next": None}
    assert me.get("/api/v1/customers", {"q": "Анна"}).status_code == 403
    assert me.post("/api/v1/me/sign-out").status_code == 204
    assert me.get("/api/v1/me").status_code == 401


def test_asking_for_a_code_does_not_tell_who_is_known() -> None:
    known = a_customer().identifiers.get().value
    answers = [
        nobody().post("/api/v1/login-codes", {"kind": "PHONE", "value": value})
        for value in (known, "+79160000001")
    ]
    shapes = {(one.status_code, tuple(one.json())) for one in answers}
    assert shapes == {(202, ("ends_at",))}


def test_wrong_codes_are_counted_although_they_are_refused() -> None:
    who = {"kind": "PHONE", "value": PHONE}
    nobody().post("/api/v1/login-codes", who)
    code = code_at(PHONE)
    wrong = who | {"code": f"{(int(code) + 1) % 1_000_000:06d}"}
    left = [
        nobody().post("/api/v1/login-codes/redeem", wrong).json()["tries_left"]
        for _try in range(5)
    ]
    assert left == [4, 3, 2, 1, 0]
    right = nobody().post("/api/v1/login-codes/redeem", who | {"code": code})
    assert (right.status_code, right.json()["code"]) == (422, "code_refused")


def test_a_repeated_redemption_does_not_show_the_token_again() -> None:
    who = {"kind": "PHONE", "value": PHONE}
    nobody().post("/api/v1/login-codes", who)
    given = who | {"code": code_at(PHONE)}
    assert nobody().post("/api/v1/login-codes/redeem", given, key="k").status_code == 200
    again = nobody().post("/api/v1/login-codes/redeem", given, key="k")
    assert (again.status_code, "token" in again.json()) == (409, False)


def test_a_customer_adds_and_confirms_an_email() -> None:
    me = signed_in()
    mine = {"kind": "EMAIL", "value": "Anna@example.com"}
    added = me.post("/api/v1/me/identifiers", mine).json()
    assert [i["is_verified"] for i in added["identifiers"] if i["kind"] == "EMAIL"] == [
        False
    ]
    me.post("/api/v1/me/send-code", mine)
    outbox.drain()
    send_due(at=clock.now(), limit=10)
    code = mailbox("anna@example.com")[0].subject[-6:]
    confirmed = me.post("/api/v1/me/verify", mine | {"code": code}).json()
    assert all(one["is_verified"] for one in confirmed["identifiers"])


def test_consents_are_given_and_taken_back() -> None:
    me = signed_in()
    what = {"purpose": "MARKETING", "channel": "SMS"}
    given = me.post("/api/v1/me/consents", what).json()
    assert given["items"][0]["source"].startswith("customer:C-")
    assert me.get("/api/v1/me/consents").json() == given
    taken = me.post("/api/v1/me/consents/withdraw", what).json()
    assert taken == {"items": []}


def test_a_program_reads_and_keeps_consents(anna: Customer) -> None:
    site = as_client(READ, WRITE)
    at = f"/api/v1/customers/{anna.number}/consents"
    what = {"purpose": "MARKETING", "channel": "EMAIL"}
    assert site.post(at, what).status_code == 200
    assert len(site.get(at).json()["items"]) == 1
    assert site.post(f"{at}/withdraw", what).json() == {"items": []}


def test_a_clerk_side_program_adds_and_verifies_identifiers(anna: Customer) -> None:
    site = as_client(READ, WRITE)
    at = f"/api/v1/customers/{anna.number}"
    mine = {"kind": "PHONE", "value": PHONE}
    assert site.post(f"{at}/identifiers", mine).status_code == 200
    assert site.post(f"{at}/send-code", mine).status_code == 200
    done = site.post(f"{at}/verify", mine | {"code": code_at(PHONE)})
    assert done.status_code == 200, done.content
    taken = site.post("/api/v1/customers", {"first_name": "Иван", "phone": PHONE})
    assert (taken.status_code, taken.json()["code"]) == (409, "identifier_taken")


def test_points_and_their_story(anna: Customer, grant: Grant) -> None:
    grant(100)
    grant(50)
    site = as_client(READ)
    at = f"/api/v1/customers/{anna.number}/points"
    assert site.get(at).json() == {
        "active": 150,
        "pending": 0,
        "debt": 0,
        "worth": {"amount": "150.00", "currency": "RUB"},
    }
    first = site.get(f"{at}/entries", {"page_size": "3"}).json()
    rest = site.get(f"{at}/entries", {"cursor": first["next"]}).json()
    kinds = [row["kind"] for row in first["items"] + rest["items"]]
    assert kinds == ["ACTIVATE", "EARN", "ACTIVATE", "EARN"]
    assert site.get("/api/v1/customers/C-NONE/points").status_code == 404
    assert site.get("/api/v1/customers/C-NONE").status_code == 404
