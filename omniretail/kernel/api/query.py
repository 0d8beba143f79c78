"""Query strings as strict as bodies."""

from collections.abc import Collection
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from omniretail.kernel.api.problems import InvalidInput, flatten
from omniretail.kernel.api.serializers import StrictSerializer

OF_THE_PAGES = frozenset({"cursor", "page_size"})


def read_query(
    parameters: QueryDict,
    serializer: type[StrictSerializer],
    *,
    beside: Collection[str] = (),
) -> dict[str, Any]:
    """The validated parameters; those `beside` them somebody else reads.

    Raises:
        InvalidInput: a parameter is unknown, repeated or out of its bounds.
    """
    shape = serializer(data={})
    given: dict[str, Any] = {}
    for name in parameters:
        if name in beside:
            continue
        values = parameters.getlist(name)
        if isinstance(shape.fields.get(name), serializers.ListField):
            given[name] = values
        elif len(values) > 1:
            message = _("Give this parameter once.")
            raise InvalidInput({(name,): [message]}, where="parameter")
        else:
            given[name] = values[0]
    shape = serializer(data=given)
    shape.is_query = True
    try:
        shape.is_valid(raise_exception=True)
    except serializers.ValidationError as error:
        raise InvalidInput(dict(flatten(error.detail)), where="parameter") from error
    validated: dict[str, Any] = shape.validated_data
    return validated
