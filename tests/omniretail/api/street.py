"""A small street of doors to knock at: addresses, views and shapes for these tests."""

import threading
from collections.abc import Callable
from typing import Any, ClassVar

from django.urls import include, path
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from omniretail.kernel.api.etags import etag, require_match
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.serializers import (
    MoneyField,
    Output,
    StrictSerializer,
    Text,
    Whole,
)
from omniretail.kernel.api.views import ApiViewSet
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.models import Heartbeat


class HouseTaken(DomainError):
    """This house is taken."""

    kind = Kind.CONFLICT


class WindowInput(StrictSerializer):
    width = Whole(max_value=500)


class HouseInput(StrictSerializer):
    name = Text(max_length=50)
    price = MoneyField(required=False)
    windows = WindowInput(many=True, required=False, max_length=3)  # type: ignore[call-arg]


class HouseQuery(StrictSerializer):
    colour = serializers.ChoiceField(choices=["red", "blue"], required=False)
    number = serializers.ListField(child=Whole(max_value=100), required=False, max_length=5)


class HouseOutput(Output):
    name = serializers.CharField()


class Behaviour:
    """What the next handler does beside its work."""

    fail: ClassVar[Exception | None] = None
    entered: ClassVar[threading.Event] = threading.Event()
    go_on: ClassVar[threading.Event] = threading.Event()
    calls: ClassVar[int] = 0
    meanwhile: ClassVar[list[Callable[[], object]]] = []


class HouseViewSet(ApiViewSet):
    queryset = Heartbeat.objects.all()
    ordering = ("at", "id")
    lookup_field = "name"
    staged = frozenset({"build"})
    secret = frozenset({"key"})
    principals = {
        "list": Access(clients="stock:read", devices=True),
        "create": Access(clients="stock:write", anyone=False),
        "build": Access(clients="stock:write"),
        "key": Access(clients="stock:write"),
        "paint": Access(clients="stock:write"),
        "mine": Access(customers=True),
        "hall": Access(staff="stock.look"),
        "visit": Access(anyone=True),
    }

    def list(self, request: Request) -> Response:
        self.read_query(HouseQuery)
        return self.page(Heartbeat.objects.all(), HouseOutput)

    def create(self, request: Request) -> Response:
        given = self.read_body(HouseInput)
        Behaviour.calls += 1
        house = Heartbeat.objects.create(name=given["name"], at=self.at)
        if Behaviour.fail:
            raise Behaviour.fail
        self.about(f"house:{house.name}")
        return self.answer(HouseOutput, house, status=201, headers={"Location": "/h"})

    @action(detail=False, methods=["post"])
    def build(self, request: Request) -> Response:
        Behaviour.calls += 1
        Behaviour.entered.set()
        Behaviour.go_on.wait(10)
        attempt = Behaviour.calls
        while Behaviour.meanwhile:
            Behaviour.meanwhile.pop()()
        if Behaviour.fail:
            raise Behaviour.fail
        return Response({"calls": attempt})

    @action(detail=False, methods=["post"])
    def key(self, request: Request) -> Response:
        return Response({"secret": "open sesame"})

    @action(detail=True, methods=["put"])
    def paint(self, request: Request, name: str) -> Response:
        require_match(request, etag(name, 1))
        self.read_body(HouseInput)
        Heartbeat.objects.create(name=name, at=self.at)
        if Behaviour.fail:
            raise Behaviour.fail
        return Response({"name": name}, headers={"ETag": etag(name, 2)})

    @action(detail=False)
    def mine(self, request: Request) -> Response:
        return Response({})

    @action(detail=False)
    def hall(self, request: Request) -> Response:
        return Response({})

    @action(detail=False, methods=["get"])
    def visit(self, request: Request) -> Response:
        return Response({"by": self.by.key})

    @action(detail=False, methods=["get"])
    def closed(self, request: Request) -> Response:
        raise AssertionError("nobody may come in here")


router = SimpleRouter(trailing_slash=False)
router.register("houses", HouseViewSet, basename="houses")
urlpatterns: list[Any] = [
    path("api/v1/", include(router.urls)),
    path("", include("omniretail.kernel.urls")),
]
handler404 = "omniretail.kernel.edge.not_found"
handler500 = "omniretail.kernel.edge.server_error"
