"""The signing key of a checkout that was given none."""

import os
import secrets

from omniretail.kernel.embedded.layout import Layout
from omniretail.kernel.embedded.leases import locked


def secret_key(layout: Layout | None = None) -> str:
    """A random key, made once per data folder, readable by its owner alone."""
    layout = layout or Layout.from_environment()
    layout.home.mkdir(parents=True, exist_ok=True)
    path = layout.home / "secret-key"
    with locked(layout.home / "secret-key.lock"):
        if not path.exists():
            fresh = path.with_suffix(".new")
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(64))
            os.replace(fresh, path)
        return path.read_text()
