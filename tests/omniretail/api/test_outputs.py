"""Answers are printed as the framework prints them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from rest_framework import serializers

from omniretail.kernel.api.serializers import (
    LeanSerializer,
    Output,
    StrictSerializer,
    kept_use,
)


class RoomFields(serializers.Serializer[Any]):
    name = serializers.CharField()
    beds = serializers.IntegerField(default=1)


class HouseFields(serializers.Serializer[Any]):
    name = serializers.CharField()
    number = serializers.IntegerField(source="door.number")
    colour = serializers.CharField(required=False)
    storeys = serializers.IntegerField(source="count_storeys")
    owner = serializers.CharField(allow_null=True)
    words = serializers.SerializerMethodField()
    secret = serializers.CharField(write_only=True)
    rooms = RoomFields(many=True)

    def get_words(self, house: Any) -> str:
        name = house["name"] if isinstance(house, dict) else house.name
        return f"The house {name}."


class Room(RoomFields, Output):
    pass


class House(HouseFields, Output):
    rooms = Room(many=True)


@dataclass
class Door:
    number: int


@dataclass
class Dwelling:
    name: str = "red"
    door: Door = field(default_factory=lambda: Door(7))
    owner: str | None = None
    rooms: list[Any] = field(default_factory=list)

    def count_storeys(self) -> int:
        return 2


class Painted(Dwelling):
    @property
    def colour(self) -> str:
        return "green"


class Ownerless(Dwelling):
    @property
    def colour(self) -> str:
        raise ObjectDoesNotExist


def dwellings() -> Iterator[Any]:
    yield Dwelling()
    yield Dwelling(owner="Анна", rooms=[{"name": "hall"}, {"name": "attic", "beds": 0}])
    yield Painted(name="")
    yield Ownerless()
    yield {
        "name": "dict",
        "door": {"number": 1},
        "count_storeys": lambda: 3,
        "owner": None,
        "rooms": [],
    }


@pytest.mark.parametrize("dwelling", list(dwellings()))
def test_what_is_printed_is_what_the_framework_prints(dwelling: Any) -> None:
    assert House(dwelling).data == HouseFields(dwelling).data
    assert House([dwelling], many=True).data == HouseFields([dwelling], many=True).data
    kept = kept_use(House)
    assert kept is not None
    assert kept.to_representation(dwelling) == HouseFields(dwelling).data


def test_what_is_missing_is_an_error_as_it_is_there() -> None:
    class Nameless(Output):
        name = serializers.CharField()

    with pytest.raises(AttributeError, match="name"):
        _ = Nameless(object()).data


def test_fields_that_look_at_the_context_look_at_that_of_their_use() -> None:
    class Greeting(LeanSerializer):
        has_context = True
        words = serializers.SerializerMethodField()

        def get_words(self, value: str) -> str:
            return f"{self.context['greeting']}, {value}"

    told = [Greeting("Анна", context={"greeting": one}).data for one in ("Hi", "Bye")]
    assert told == [{"words": "Hi, Анна"}, {"words": "Bye, Анна"}]
    assert kept_use(Greeting) is None


class Visit(StrictSerializer):
    guests = serializers.IntegerField(min_value=1)
    by_night = serializers.BooleanField(default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["by_night"] and attrs["guests"] > 2:
            raise serializers.ValidationError("Too many.")
        return attrs


@pytest.mark.parametrize(
    "said",
    [
        {"guests": 3},
        {"guests": 0},
        {},
        {"guests": 3, "by_night": True},
        {"guests": 1, "dog": "Rex"},
    ],
)
def test_what_a_kept_use_reads_is_what_a_use_of_its_own_reads(said: dict[str, Any]) -> None:
    """Whatever it read before."""
    kept, own = kept_use(Visit), Visit(data=said)
    assert kept is not None
    for _time in range(2):
        if own.is_valid():
            assert kept.run_validation(said) == own.validated_data
        else:
            with pytest.raises(serializers.ValidationError) as refused:
                kept.run_validation(said)
            assert refused.value.detail == own.errors
