"""REST door: stock kept for somebody for a while."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.promises.api.hold_shapes import (
    NAME,
    HoldInput,
    HoldOutput,
    ReleasedOutput,
    WishesInput,
    WishesOutput,
)
from inventory.promises.first_holds import HELD_AS_ASKED
from inventory.promises.operations import (
    Demand,
    PromiseSlip,
    RankedDemand,
    Wish,
    WishAnswer,
    extend_holds,
    hold_beforehand,
    hold_first_come,
    hold_ranked,
    hold_stock,
    release_promises,
)
from inventory.promises.queries import as_asked, live_promises
from inventory.selling.hiding import display_for, noted_and_shown, summary_shown
from inventory.selling.missing import note_later
from inventory.selling.operations import misses_of
from inventory.selling.showing import Display
from inventory.selling.speaking import channel_for
from omniretail.kernel.api.foretold import Foretold
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.views import ApiViewSet
from omniretail.kernel.limits import limits

HOLDERS = Access(clients="stock:hold")


class HoldViewSet(ApiViewSet):
    """Reservations. Each program sees and touches its own."""

    lookup_field = "reference"
    lookup_value_regex = NAME
    principals = {
        "retrieve": HOLDERS,
        "create": HOLDERS,
        "first_come": HOLDERS,
        "extend": HOLDERS,
        "release": HOLDERS,
    }

    @extend_schema(operation_id="holds_read", responses=HoldOutput)
    def retrieve(self, request: Request, reference: str) -> Response:
        """What a reference keeps now."""
        return self._shown(reference, self._slips(reference))

    @extend_schema(operation_id="holds_make", request=HoldInput, responses=HoldOutput)
    def create(self, request: Request) -> Response:
        """Keep units for a quarter of an hour, while somebody makes up their mind."""
        given = self.read_body(HoldInput)
        terms, lines = self._terms(given) | {"by": self.by}, given["lines"]
        with noted_and_shown(self, terms["owner"], channel=terms["channel"]):
            if all("store" in line for line in lines):
                slips = hold_stock(demands=_fixed(lines), **terms)
            else:
                one = given["one_place"]
                slips = hold_ranked(demands=_ranked(lines), is_one_place=one, **terms)
        return self._shown(given["reference"], slips, status=201)

    def foretell(self) -> Foretold | None:
        """Units at places that are named, as the first that their reference holds."""
        if self.action != "create":
            return None
        given = self.read_body(HoldInput)
        terms, lines = self._terms(given), given["lines"]
        if not all("store" in line for line in lines):
            return None
        hold, slips = hold_beforehand(demands=_fixed(lines), **terms)
        if hold is None:
            return None
        shown = self.printed(HoldOutput, self._hold(given["reference"], slips))
        return Foretold(HELD_AS_ASKED, hold.parameters, 201, shown)

    def _terms(self, given: dict[str, Any]) -> dict[str, Any]:
        """Whose it is, under which name, and until when."""
        self.about(f"hold:{given['reference']}")
        return {
            "owner": self._owner(given["owner"]),
            "reference": self._reference(given["reference"]),
            "ends_at": self._end(),
            "channel": channel_for(self.principal, given.get("channel")),
            "at": self.at,
        }

    @extend_schema(
        operation_id="holds_first_come", request=WishesInput, responses=WishesOutput
    )
    @action(detail=False, methods=["post"], url_path="first-come")
    def first_come(self, request: Request) -> Response:
        """Serve many owners at once, in the order given; each has its own answer."""
        given = self.read_body(WishesInput)
        wishes = [self._wish(wish) for wish in given["wishes"]]
        channel = channel_for(self.principal, given.get("channel"))
        self.about("holds:first-come")
        answers = hold_first_come(
            wishes=wishes, ends_at=self._end(), channel=channel, by=self.by, at=self.at
        )
        pairs = zip(wishes, answers, strict=True)
        short = [misses_of(answer.refusal, wish.owner) for wish, answer in pairs]
        note_later(self, list(chain(*short)), channel=channel)
        display = display_for(self.principal, channel)
        named = zip(given["wishes"], answers, strict=True)
        told = [_told(wish["reference"], answer, display) for wish, answer in named]
        return self.answer(WishesOutput, {"ends_at": self._end(), "answers": told})

    @extend_schema(operation_id="holds_extend", request=None, responses=HoldOutput)
    @action(detail=True, methods=["post"])
    def extend(self, request: Request, reference: str) -> Response:
        """Keep it for another quarter of an hour from now; once."""
        self._slips(reference)
        self.about(f"hold:{reference}")
        stored = self._reference(reference)
        slips = extend_holds(reference=stored, ends_at=self._end(), by=self.by, at=self.at)
        return self._shown(reference, slips)

    @extend_schema(operation_id="holds_release", request=None, responses=ReleasedOutput)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, reference: str) -> Response:
        """Give everything back. Nothing kept any more is no error."""
        self.about(f"hold:{reference}")
        stored = self._reference(reference)
        released = release_promises(reference=stored, by=self.by, at=self.at)
        return self.answer(ReleasedOutput, {"released": released})

    def _slips(self, reference: str) -> list[PromiseSlip]:
        slips = live_promises(self._reference(reference))
        self.refuse_unless(bool(slips))
        return slips

    def _shown(
        self, reference: str, slips: list[PromiseSlip], *, status: int = 200
    ) -> Response:
        return self.answer(HoldOutput, self._hold(reference, slips), status=status)

    def _hold(self, reference: str, slips: list[PromiseSlip]) -> dict[str, Any]:
        return {
            "reference": reference,
            "owner": slips[0].owner.removeprefix(f"{self.principal.reference}:"),
            "channel": slips[0].channel,
            "ends_at": slips[0].ends_at,
            "lines": as_asked(slips),
        }

    def _reference(self, reference: str) -> str:
        """Unique over all programs, and apart from the numbers of orders."""
        return f"{self.principal.key}/{reference}"

    def _owner(self, owner: str) -> str:
        return f"{self.principal.reference}:{owner}"

    def _wish(self, given: dict[str, Any]) -> Wish:
        return Wish(
            reference=self._reference(given["reference"]),
            owner=self._owner(given["owner"]),
            store_code=given["store"],
            sku_code=given["sku"],
            quantity=given["quantity"],
        )

    def _end(self) -> datetime:
        return self.at + limits().hold_life


def _fixed(lines: Sequence[dict[str, Any]]) -> list[Demand]:
    return [
        Demand(line["store"], line["sku"], line["quantity"], str(position))
        for position, line in enumerate(lines, 1)
    ]


def _ranked(lines: Sequence[dict[str, Any]]) -> list[RankedDemand]:
    return [
        RankedDemand(
            line["sku"],
            line["quantity"],
            str(position),
            tuple(dict.fromkeys(line.get("places") or [line["store"]])),
            may_split=line["may_split"],
        )
        for position, line in enumerate(lines, 1)
    ]


def _told(reference: str, answer: WishAnswer, display: Display) -> dict[str, Any]:
    problem = summary_shown(answer.refusal, display) if answer.refusal else None
    kept = {"is_kept": answer.is_kept, "ends_at": answer.ends_at}
    return {"reference": reference, "problem": problem, **kept}
