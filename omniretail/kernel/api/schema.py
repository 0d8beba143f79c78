"""How the REST door describes itself: OpenAPI 3.1 from the code."""

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar

from django.conf import settings
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import force_instance
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.serializers import ListSerializer

from omniretail.kernel.api.permissions import access_of
from omniretail.kernel.api.principals import PrincipalKind
from omniretail.kernel.api.problems import CONTENT_TYPE
from omniretail.kernel.api.writes import KEY_HEADER

F = TypeVar("F", bound=Callable[..., Any])

_PROBLEM = "Problem"
_LONGEST_KEY = 150
_REFUSALS = {
    "400": "The request does not have the shape this operation asks for.",
    "401": "Nobody is signed in, or the token has ended.",
    "403": "This operation is not open to this principal.",
    "404": "There is no such thing, or it is not yours.",
    "405": "The method is not allowed here.",
    "406": "Only JSON can be answered.",
    "409": "The state of things does not allow this now.",
    "412": "Somebody changed this in the meantime.",
    "413": "The body is too large.",
    "415": "The body is not of a type this operation reads.",
    "422": "A rule forbids this.",
    "428": "If-Match is missing.",
    "429": "Too many attempts.",
    "503": "Busy; try again after Retry-After.",
}
_OF_READS = ("400", "401", "403", "404", "405", "406", "429", "503")


class DoorSchema(AutoSchema):
    """Adds what every operation shares: who may call it, its key, its refusals."""

    def get_override_parameters(self) -> list[Any]:
        parameters = list(super().get_override_parameters())
        if self.method == "POST":
            parameters.append(_KEY)
        return parameters

    def _resolve_path_parameters(self, variables: list[str]) -> list[dict[str, Any]]:
        """Business keys: every part of a path is a text."""
        return [
            {
                "in": "path",
                "name": name,
                "required": True,
                "schema": {"type": "string", "minLength": 1, "maxLength": _LONGEST_KEY},
            }
            for name in variables
        ]

    def _is_list_view(self, serializer: Any = None) -> bool:
        """A list is what says so (`many=True`), whatever the action is called."""
        answered: Any = serializer or self.get_response_serializers()
        if isinstance(answered, dict) and answered:
            answered = next(iter(answered.values()))
        shape = force_instance(answered)  # type: ignore[no-untyped-call]
        return isinstance(shape, ListSerializer)

    def get_auth(self) -> list[dict[str, list[str]]]:
        access = access_of(self.view)
        if access is None:
            return []
        kinds = access.kinds()
        schemes: list[dict[str, list[str]]] = []
        if access.clients is not None:
            schemes.append({"client": [access.clients]})
        if PrincipalKind.DEVICE in kinds:
            schemes.append({"device": []})
        if PrincipalKind.STAFF in kinds:
            schemes.append({"device": [], "staffSession": []})
        if PrincipalKind.CUSTOMER in kinds:
            schemes.append({"customer": []})
        if PrincipalKind.GUEST in kinds:
            schemes.append({"orderLink": []})
        if PrincipalKind.NOBODY in kinds:
            schemes.append({})
        return schemes

    def _get_response_bodies(
        self, direction: Literal["request", "response"] = "response"
    ) -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        statuses = _OF_READS if self.method == "GET" else tuple(_REFUSALS)
        for status in statuses:
            bodies.setdefault(
                status, {"$ref": f"#/components/responses/{_PROBLEM}{status}"}
            )
        return bodies

    def get_description(self) -> str:  # type: ignore[override]
        text: str = super().get_description() or ""
        access = access_of(self.view)
        if access is None or access.staff is None:
            return text
        return f"{text}\n\nStaff need the permission `{access.staff}`.".strip()


_KEY = OpenApiParameter(
    KEY_HEADER,
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    required=True,
    description="Chosen by the caller; the same key and body get the same answer.",
)


def _refusal(status: str) -> dict[str, Any]:
    return {
        "description": _REFUSALS[status],
        "content": {CONTENT_TYPE: {"schema": {"$ref": f"#/components/schemas/{_PROBLEM}"}}},
    }


def verb(
    operation_id: str,
    *,
    request: Any = None,
    responses: Any = None,
    query: Any = None,
    status: int = 200,
    **options: Any,
) -> Callable[[F], F]:
    """Describe one operation: `@verb("orders_cancel", request=X, responses=Y)`.

    `query` is the StrictSerializer of its query string; `status` that of success.
    """
    described = {status: responses if responses is not None else OpenApiResponse()}
    parameters = [*options.pop("parameters", []), *([query] if query else [])]
    return extend_schema(
        operation_id=operation_id,
        request=request,
        responses=described,
        parameters=parameters,
        **options,
    )


def finish(result: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
    """Spectacular's last hook: the schemes and shapes that no serializer names."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})[_PROBLEM] = PROBLEM
    components["responses"] = {
        f"{_PROBLEM}{status}": _refusal(status) for status in _REFUSALS
    }
    components["securitySchemes"] = _schemes(settings.OAUTH2_PROVIDER["SCOPES"])
    return result


PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457. Further members are facts of the refusal.",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "detail"],
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": "Into the body: #/lines/0",
                    },
                    "parameter": {"type": "string"},
                    "header": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


def _schemes(scopes: Mapping[str, object]) -> dict[str, Any]:
    bearer = {"type": "http", "scheme": "bearer"}
    return {
        "client": {
            "type": "oauth2",
            "flows": {
                "clientCredentials": {
                    "tokenUrl": "/oauth/token",
                    "scopes": {name: str(text) for name, text in scopes.items()},
                }
            },
        },
        "device": {**bearer, "description": "The token of a paired device (RFC 8628)."},
        "staffSession": {
            "type": "apiKey",
            "in": "header",
            "name": "X-Staff-Session",
            "description": "Who stands at the device: given for a PIN.",
        },
        "customer": {**bearer, "description": "Given for a one-time code."},
        "orderLink": {
            "type": "apiKey",
            "in": "header",
            "name": "X-Order-Link",
            "description": "The signed part of the link to one order.",
        },
    }
