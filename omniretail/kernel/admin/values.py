"""Values as people read them, in every list and form of the admin."""

import json
from functools import partial
from typing import Any

from django.contrib.postgres.fields import DateTimeRangeField
from django.db.models import JSONField, Model
from django.utils.formats import localize
from django.utils.timezone import localtime
from django.utils.translation import gettext
from unfold.utils import prettify_json

from omniretail.kernel.admin.shown import FieldsShown


class ValuesShown(FieldsShown):
    """Shows a stretch of time in words, and of facts that nobody told nothing."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        for field in self.model._meta.fields:
            if isinstance(field, DateTimeRangeField):
                self.tell(field, partial(_stretch, field.name))
            elif isinstance(field, JSONField):
                self.tell(field, partial(_facts, field))


def _stretch(name: str, row: Model) -> str:
    span = getattr(row, name)
    begin = localize(localtime(span.lower))
    if span.upper is None:
        return gettext("from %(begin)s") % {"begin": begin}
    end = localize(localtime(span.upper))
    return gettext("from %(begin)s until %(end)s") % {"begin": begin, "end": end}


def _facts(field: JSONField[Any, Any], row: Model) -> Any:
    told = getattr(row, field.name)
    if told in (None, {}, []):
        return None
    plain = json.dumps(told, cls=field.encoder, ensure_ascii=False)
    return prettify_json(told, field.encoder) or plain  # in colours, if there are any
