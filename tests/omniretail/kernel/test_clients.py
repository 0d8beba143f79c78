"""Programs are admitted with scopes that there are."""

import pytest
from django.core.management import CommandError, call_command

from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.clients import ScopeUnknown, create_client
from omniretail.kernel.models import ApiClient, AuditEntry
from tests.clock import NOON

pytestmark = pytest.mark.django_db


def test_a_scope_that_is_not_in_the_list_admits_nobody() -> None:
    with pytest.raises(ScopeUnknown) as refusal:
        create_client(name="Site", scopes=["stock:read", "stock:eat"], by=SYSTEM, at=NOON)
    assert refusal.value.field == "scopes"
    assert refusal.value.facts == {"scope": "stock:eat"}
    assert not ApiClient.objects.exists()
    assert not AuditEntry.objects.exists()


def test_the_command_names_the_scope_it_does_not_know() -> None:
    with pytest.raises(CommandError, match="stock:eat"):
        call_command("create_client", "Site", "stock:read", "stock:eat")
    assert not ApiClient.objects.exists()
