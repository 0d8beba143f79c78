"""The API's description and the page that shows it."""

import hashlib
import json
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import condition, require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer


@cache
def schema_text() -> bytes:
    """The OpenAPI document; the code it is made from does not change while we run."""
    with translation.override("en"):
        generator: Any = SchemaGenerator()  # type: ignore[no-untyped-call]
        document = generator.get_schema(request=None, public=True)
        rendered: bytes = OpenApiJsonRenderer().render(document, renderer_context={})
    return json.dumps(json.loads(rendered), ensure_ascii=False, indent=1).encode()


def _tag(request: HttpRequest) -> str:
    del request
    return f'"{hashlib.sha256(schema_text()).hexdigest()[:24]}"'


@require_safe
@condition(etag_func=_tag)
def schema(request: HttpRequest) -> HttpResponse:
    """The document for machines."""
    del request
    return HttpResponse(schema_text(), content_type="application/vnd.oai.openapi+json")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The document for people."""
    return render(request, "kernel/docs.html")
