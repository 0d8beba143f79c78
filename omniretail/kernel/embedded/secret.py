"""The signing key of a checkout that nobody configured."""

import os
import secrets

from omniretail.kernel.embedded.layout import Layout


def secret_key() -> str:
    """A random key, made once and kept beside the engines' data, for demo and tests.

    A real installation sets SECRET_KEY: every host must sign with the same one.
    """
    path = Layout.from_environment().home / "secret-key"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    key = secrets.token_urlsafe(50)
    with os.fdopen(handle, "w") as file:
        file.write(key)
    return key
