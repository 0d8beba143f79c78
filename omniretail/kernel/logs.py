"""One line per event, with the ids that tie lines together; never a secret."""

import logging
from collections.abc import MutableMapping
from typing import Any

import structlog

_SECRET = frozenset(
    {"authorization", "code", "cookie", "password", "pin", "secret", "token", "card"}
)
_SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]


def hide_secrets(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Values under names that sound secret do not reach the log."""
    for name in _SECRET & event.keys():
        event[name] = "***"
    return event


def one_line(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    """For a person: when, how grave, what, who says so, and what else is known."""
    told = dict(event)
    moment, level, words, speaker = (
        told.pop(name, "-") for name in ("timestamp", "level", "event", "logger")
    )
    traces = [told.pop(name, None) for name in ("stack", "exception")]
    facts = "".join(f" {name}={value}" for name, value in sorted(told.items()))
    first = f"{moment} [{level:<9}] {words} [{speaker}]{facts}"
    return "\n".join([first, *filter(None, traces)])


class Lines(structlog.stdlib.ProcessorFormatter):
    """Prints events of ours without the copy that the library makes of each record: other
    libraries' alone are changed on the way."""

    def format(self, record: logging.LogRecord) -> str:
        logger = getattr(record, "_logger", None)
        if logger is None or not isinstance(record.msg, dict):
            return super().format(record)
        told: Any = {**record.msg, "_record": record, "_from_structlog": True}
        for step in self.processors:
            told = step(logger, record.levelname, told)
        return str(told)


def _ask_only_what_is_shown() -> None:
    """No line tells which file, thread or process wrote it: they need not be found out
    (https://docs.python.org/3/howto/logging.html#optimization)."""
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


def configure(*, plain: bool, level: str = "INFO") -> dict[str, Any]:
    """Set up structlog and answer Django's LOGGING: readable lines where a person looks
    on (`plain`), one JSON object per line elsewhere."""
    _ask_only_what_is_shown()
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            hide_secrets,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: list[Any] = [
        structlog.processors.format_exc_info,
        one_line if plain else structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": Lines,
                "foreign_pre_chain": [*_SHARED, hide_secrets],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *last,
                ],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django.request": {"level": logging.getLevelName(logging.ERROR)},
            "oauth2_provider": {"level": "WARNING"},
            "oauthlib": {"level": "WARNING"},
            "django.security.DisallowedHost": {"level": "CRITICAL"},  # anybody can
        },
    }
