"""The signing key of a checkout that nobody configured."""

import contextlib
import os
import secrets

from omniretail.kernel.embedded.layout import Layout


def secret_key() -> str:
    """A random key, made once and kept beside the engines' data, for demo and tests.

    A real installation sets SECRET_KEY: every host must sign with the same one.
    """
    layout = Layout.from_environment()
    path = layout.home / "secret-key"
    if not path.exists():
        layout.ensure_home()
        fresh = path.with_name(f"secret-key.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text()
