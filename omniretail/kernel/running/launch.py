"""From a management command to a running service."""

import os
import socket
import sys
from typing import NoReturn

from django.core.management import CommandError, call_command

from omniretail.kernel.embedded.layout import CHECKOUT, Layout
from omniretail.kernel.running.plan import Plan, Role, service_roles
from omniretail.kernel.setup.bootstrap import is_prepared

_USUAL_PORTS = range(8000, 8100, 10)


def launch(
    *,
    host: str,
    port: int | None,
    threads: int,
    tasks: int,
    extra: tuple[Role, ...] = (),
) -> NoReturn:
    """Prepare the database, then turn this process into the supervisor.

    Raises:
        CommandError: no port is free.
    """
    port = choose_port(host, port)
    os.environ.setdefault("PUBLIC_URL", f"http://localhost:{port}")
    os.environ.setdefault("LIVE_URL", f":{port + 1}")
    if not is_prepared():
        call_command("prepare")
    path = Layout.from_environment().home / f"plan-{port}.json"
    Plan(
        roles=(*service_roles(host=host, port=port, threads=threads, tasks=tasks), *extra),
        host=host,
        embedded=not {"DATABASE_URL", "VALKEY_URL"} <= set(os.environ),
        greeting=f"serving at {os.environ['PUBLIC_URL']} (Ctrl-C stops)",
    ).save(path)
    sys.stdout.flush()
    os.chdir(CHECKOUT)
    supervisor = "omniretail.kernel.running.supervisor"
    os.execv(sys.executable, [sys.executable, "-m", supervisor, str(path)])  # noqa: S606


def choose_port(host: str, wished: int | None) -> int:
    """The port asked for, else the first usual pair that is free.

    Raises:
        CommandError: it is taken, or all are.
    """
    for port in (wished,) if wished else _USUAL_PORTS:
        if is_free(host, port) and is_free(host, port + 1):
            return port
    if wished:
        raise CommandError(f"port {wished} or {wished + 1} is taken: choose with --port")
    raise CommandError("ports 8000 to 8091 are taken: choose one with --port")


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
