"""What every fact is, and how it becomes JSON and comes back."""

import re
import types
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Self, Union, get_args, get_origin, get_type_hints

_BOUNDARY = re.compile(r"(?<!^)(?=[A-Z])")


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened in a shop, said once and never changed.

    `name` is "<floor>.<what_happened>"; `subject` names the one thing whose
    facts must arrive in order ("order:R-1042").
    """

    occurred_at: datetime

    registry: ClassVar[dict[str, type["Fact"]]] = {}
    name: ClassVar[str]
    floor: ClassVar[str] = ""
    """Who tells it, if its module is not named after the floor."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        floor = cls.floor or cls.__module__.rsplit(".", 1)[-1]
        cls.name = f"{floor}.{_BOUNDARY.sub('_', cls.__name__).lower()}"
        Fact.registry[cls.name] = cls

    @property
    def subject(self) -> str:
        """The thing this fact is about; facts of one subject keep their order."""
        raise NotImplementedError

    def dump(self) -> dict[str, Any]:
        """The fact as plain JSON values: decimals and moments as strings."""
        dumped = _dump(self)
        assert isinstance(dumped, dict)  # noqa: S101 - narrows for the type checker
        return dumped

    @classmethod
    def load(cls, payload: dict[str, Any]) -> Self:
        """The fact read back from what `dump` wrote."""
        loaded = _load(cls, payload)
        assert isinstance(loaded, cls)  # noqa: S101 - narrows for the type checker
        return loaded


def _dump(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _dump(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple):
        return [_dump(item) for item in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def _load(kind: Any, value: Any) -> Any:
    if get_origin(kind) in (Union, types.UnionType):
        if value is None:
            return None
        kind = next(arm for arm in get_args(kind) if arm is not type(None))
    if get_origin(kind) is tuple:
        return tuple(_load(get_args(kind)[0], item) for item in value)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        known = {f.name for f in fields(kind)}
        return kind(**{k: _load(hints[k], v) for k, v in value.items() if k in known})
    if kind is Decimal:
        return Decimal(value)
    if kind is datetime or kind is date:
        return kind.fromisoformat(value)
    return value
