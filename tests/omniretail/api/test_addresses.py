"""Addresses of the REST door: looked up by their noun, found as if each were tried."""

import pytest
from django.http import HttpResponse
from django.urls import Resolver404, URLResolver, path, reverse
from django.urls.resolvers import RoutePattern

from omniretail import api_urls
from omniretail.kernel.api.addresses import ByNoun

BY_NOUN = ByNoun("api/v1/", api_urls.urlpatterns)
ONE_BY_ONE = URLResolver(RoutePattern("api/v1/", is_endpoint=False), api_urls.urlpatterns)


@pytest.mark.parametrize(
    "address",
    [
        "api/v1/holds",
        "api/v1/holds/basket-7/extend",
        "api/v1/stock-levels",
        "api/v1/stock/writes",
        "api/v1/orders",
        "api/v1/stores/msk-arbat",
    ],
)
def test_the_same_door_is_found(address: str) -> None:
    by_noun, one_by_one = BY_NOUN.resolve(address), ONE_BY_ONE.resolve(address)
    assert by_noun.route == one_by_one.route
    assert by_noun.kwargs == one_by_one.kwargs
    assert by_noun.url_name == one_by_one.url_name
    assert by_noun.func is one_by_one.func


@pytest.mark.parametrize(
    "address",
    ["api/v1/", "api/v1/nowhere", "api/v1/holds/a/b/c", "api/v2/holds", "api/v1/hold", ""],
)
def test_where_nothing_stands_nothing_is_found(address: str) -> None:
    for resolver in (BY_NOUN, ONE_BY_ONE):
        with pytest.raises(Resolver404):
            resolver.resolve(address)


def test_names_lead_to_addresses() -> None:
    assert (
        reverse("holds-detail", "omniretail.urls", ["basket-7"]) == "/api/v1/holds/basket-7"
    )


def test_every_address_begins_with_a_noun() -> None:
    unnamed = ByNoun("api/v1/", [path("<str:anything>", lambda request: HttpResponse())])
    with pytest.raises(ValueError, match="begins with no noun"):
        unnamed.resolve("api/v1/holds")
