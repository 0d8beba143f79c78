"""Which processes make up the service, and how each is started."""

import json
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path

from omniretail.kernel.embedded.layout import CHECKOUT

WEB_PROCESSES = 2  # share the threads: one Python runs one of its own at a time


@dataclass(frozen=True)
class Role:
    """One process of the service."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    port: int | None = None  # it is up when this port answers
    once: bool = False  # started when the others are up; not started again
    after: str = ""  # and when this one has ended well
    plain: bool = False  # its words stand without a name in front


@dataclass(frozen=True)
class Plan:
    """What to run, where it answers, and what to say once it does."""

    roles: tuple[Role, ...]
    host: str
    embedded: bool
    greeting: str

    def save(self, path: Path) -> None:
        """Keep the plan for the process that carries it out."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def load(cls, path: Path) -> "Plan":
        """The plan as it was saved."""
        known = json.loads(path.read_text())
        roles = (
            Role(**{**role, "command": tuple(role["command"])})
            for role in known.pop("roles")
        )
        return cls(roles=tuple(roles), **known)


def service_roles(*, host: str, port: int, threads: int, tasks: int) -> tuple[Role, ...]:
    """The processes of the service, as the README shows them for production; on one
    machine the worker is the clock as well."""
    python = sys.executable
    manage = (python, str(CHECKOUT / "manage.py"))
    celery = (python, "-m", "celery", "-A", "omniretail.celery", "--quiet")
    return (
        Role(
            "web",
            (
                *(python, "-m", "granian", "--interface", "wsgi", "--no-ws"),
                *("--host", host, "--port", str(port), "--workers", str(WEB_PROCESSES)),
                *("--blocking-threads", str(max(1, threads // WEB_PROCESSES))),
                "--respawn-failed-workers",
                *("--log-level", "error", "omniretail.wsgi:application"),
            ),
            port=port,
        ),
        Role(
            "live",
            (
                *(python, "-m", "uvicorn", "--host", host, "--port", str(port + 1)),
                *("--ws", "websockets-sansio", "--lifespan", "off", "--no-access-log"),
                *("--timeout-graceful-shutdown", "3"),  # streams never end by themselves
                *("--log-level", "warning", "omniretail.asgi:application"),
            ),
            port=port + 1,
        ),
        Role("relay", (*manage, "relay")),
        Role(
            "worker",
            (
                *(*celery, "worker", "--pool", "threads", "--concurrency", str(tasks)),
                *("--without-gossip", "--without-mingle", "--loglevel", "warning"),
            ),
            {
                "PYTHONWARNINGS": "ignore:You're running the worker with superuser",
                "CLOCK_IN_WORKER": "1",
            },
        ),
    )
