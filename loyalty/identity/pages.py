"""The customer on the tablet: find, register, recognise, look at points."""

from typing import Any, cast
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from loyalty.identity import identifiers, operations, queries
from loyalty.identity.forms import AddForm, OffersForm, ProofForm, RegisterForm
from loyalty.identity.models import Consent, Identifier
from omniretail.kernel.api.text import is_clean
from omniretail.kernel.errors import DomainError
from omniretail.kernel.limits import limits
from omniretail.kernel.pages import command, go, remember
from stores.people.pages import StaffRequest, staff_page
from stores.people.roles import CUSTOMERS_LOOK

CHANNEL = "TABLET"


@staff_page(CUSTOMERS_LOOK)
@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """Find a customer; a scanned or fully typed card leads straight to its owner."""
    text = request.GET.get("q", "").strip()[: limits().search_length]
    found = queries.find_customer(text) if text and is_clean(text) else []
    is_part = bool(request.headers.get("HX-Request"))
    if len(found) == 1 and not is_part and identifiers.card(text):
        return redirect("tablet-customer", found[0].number)
    page = "tablet/customer_rows.html" if is_part else "tablet/customers.html"
    return render(request, page, {"q": text, "found": found})


@staff_page(CUSTOMERS_LOOK)
@require_GET
def new(request: HttpRequest) -> HttpResponse:
    """The form for a new customer, begun with what was searched for."""
    form = RegisterForm(initial=_begun_with(request.GET.get("q", "")))
    return render(request, "tablet/customer_new.html", {"form": form})


def _refused_registration(request: HttpRequest, error: DomainError) -> HttpResponse:
    form = RegisterForm(request.POST)
    form.full_clean()
    field = error.field if error.field in form.fields else None
    form.add_error(field, error.title)
    return render(request, "tablet/customer_new.html", {"form": form}, status=422)


@staff_page(CUSTOMERS_LOOK)
@command("customers.register", refused=_refused_registration)
def register(request: HttpRequest) -> HttpResponse:
    """A new customer in twenty seconds; the code goes to the phone at once."""
    asked = cast(StaffRequest, request)
    form = RegisterForm(request.POST)
    if not form.is_valid():
        return render(request, "tablet/customer_new.html", {"form": form}, status=422)
    given = dict(form.cleaned_data)
    wants_offers = given.pop("offers")
    card = operations.register_customer(
        channel=CHANNEL,
        language=asked.staff.language,
        by=asked.actor,
        at=asked.at,
        **given,
    )
    remember(request, subject=f"customer:{card.number}")
    if wants_offers:
        _allow_offers(asked, card)
    sent = _send_first_code(asked, card)
    place = reverse("tablet-customer", args=[card.number])
    return go(request, f"{place}?sent={sent}" if sent else place)


@staff_page(CUSTOMERS_LOOK)
@require_GET
def card(request: HttpRequest, number: str) -> HttpResponse:
    """A customer: who, how recognised, points and their story."""
    try:
        found = queries.customer_card(number)
    except queries.CustomerNotFound as error:
        return render(
            request, "tablet/customer_missing.html", {"title": error.title}, status=404
        )
    sent = request.GET.get("sent", "")
    facts: dict[str, Any] = {
        "customer": found,
        "known": [_shown(one) for one in found.identifiers],
        "sent": sent if any(one.value == sent for one in found.identifiers) else "",
        "offers": _offers(found.number),
    }
    return render(request, "tablet/customer.html", facts)


@staff_page(CUSTOMERS_LOOK)
@command("customers.add_identifier")
def add(request: HttpRequest, number: str) -> HttpResponse:
    """One more phone, e-mail or card."""
    asked = cast(StaffRequest, request)
    form = AddForm(request.POST)
    place = reverse("tablet-customer", args=[number])
    if form.is_valid():
        operations.add_identifier(
            customer_number=number,
            kind=form.kind,
            value=form.cleaned_data["value"],
            by=asked.actor,
            at=asked.at,
        )
    return go(request, place)


@staff_page(CUSTOMERS_LOOK)
@command("customers.send_code")
def send_code(request: HttpRequest, number: str) -> HttpResponse:
    """Send a code that the customer reads out."""
    asked = cast(StaffRequest, request)
    form = AddForm(request.POST)
    place = reverse("tablet-customer", args=[number])
    if not form.is_valid():
        return go(request, place)
    value = form.cleaned_data["value"]
    operations.request_verification(
        customer_number=number, kind=form.kind, value=value, by=asked.actor, at=asked.at
    )
    return go(request, f"{place}?sent={quote(value)}")


@staff_page(CUSTOMERS_LOOK)
@command("customers.verify", staged=True)
def verify(request: HttpRequest, number: str) -> HttpResponse:
    """The customer read the code out."""
    asked = cast(StaffRequest, request)
    form = ProofForm(request.POST)
    if form.is_valid():
        operations.verify_identifier(
            customer_number=number,
            kind=form.kind,
            value=form.cleaned_data["value"],
            code=form.cleaned_data["code"],
            by=asked.actor,
            at=asked.at,
        )
    return go(request, reverse("tablet-customer", args=[number]))


@staff_page(CUSTOMERS_LOOK)
@command("customers.offers")
def offers(request: HttpRequest, number: str) -> HttpResponse:
    """The customer wants to hear offers, or not any more."""
    asked = cast(StaffRequest, request)
    found = queries.customer_card(number)
    form = OffersForm(request.POST)
    if form.is_valid() and form.cleaned_data["wanted"]:
        _allow_offers(asked, found)
    else:
        for channel in Consent.Channel:
            operations.withdraw_consent(
                customer_number=number,
                purpose=Consent.Purpose.MARKETING,
                channel=channel,
                by=asked.actor,
                at=asked.at,
            )
    return go(request, reverse("tablet-customer", args=[number]))


def _allow_offers(asked: StaffRequest, found: queries.CustomerCard) -> None:
    channels = {Consent.Channel.SMS: found.phone, Consent.Channel.EMAIL: found.email}
    for channel, address in channels.items():
        if address:
            operations.record_consent(
                customer_number=found.number,
                purpose=Consent.Purpose.MARKETING,
                channel=channel,
                source=f"tablet:{asked.staff.store.code}:{asked.staff.code}"[:100],
                by=asked.actor,
                at=asked.at,
            )


def _send_first_code(asked: StaffRequest, found: queries.CustomerCard) -> str:
    """Send the code where the customer can read it now; answers the address."""
    for kind, value in (("PHONE", found.phone), ("EMAIL", found.email)):
        if value:
            operations.request_verification(
                customer_number=found.number,
                kind=kind,
                value=value,
                by=asked.actor,
                at=asked.at,
            )
            return quote(value)
    return ""


def _offers(number: str) -> bool:
    return any(
        one.purpose == Consent.Purpose.MARKETING for one in queries.live_consents(number)
    )


def _begun_with(text: str) -> dict[str, str]:
    """What was typed into the search, put into the field it belongs to."""
    plain = text.strip()[: limits().search_length]
    if not is_clean(plain):
        return {}
    if identifiers.card(plain):
        return {"card": plain}
    if "@" in plain:
        return {"email": plain}
    if any(ch.isdigit() for ch in plain):
        return {"phone": plain}
    first, _space, last = plain.partition(" ")
    return {"first_name": first.title(), "last_name": last.title()}


def _shown(one: queries.IdentifierCard) -> dict[str, Any]:
    is_phone = one.kind == Identifier.Kind.PHONE
    words = identifiers.phone_for_people(one.value) if is_phone else one.value
    can_send = not one.is_verified and one.kind != Identifier.Kind.CARD
    return {"one": one, "words": words, "can_send": can_send}
