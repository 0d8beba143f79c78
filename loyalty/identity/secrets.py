"""One-time codes and tokens: made, hashed, compared; never stored in clear."""

import hashlib
import hmac
import secrets

from django.conf import settings

from omniretail.kernel.codes import hash_secret

TOKEN_PREFIX = "cust_"  # noqa: S105 - a prefix, not a secret
CODE_DIGITS = 6


def new_token() -> str:
    """A customer's bearer token: 256 random bits."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """The hash to keep of a token."""
    return hash_secret(token, bound_to="customer-token")


def code_for(key: str, bound_to: str) -> str:
    """The six digits of a one-time code.

    They follow from the code's random key and the service's secret, so the message that
    carries them can be written at the moment of sending and no row ever holds them.
    """
    digest = _keyed(f"one-time-code|{key}|{bound_to}")
    return f"{int.from_bytes(digest[:8]) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def code_hash(code: str, key: str, bound_to: str) -> str:
    """The hash to keep of a one-time code, bound to whom and what it proves."""
    return _keyed(f"one-time-code-hash|{key}|{bound_to}|{code}").hex()


def same(given: str, kept: str) -> bool:
    """Whether two hashes are equal, in constant time."""
    return hmac.compare_digest(given, kept)


def _keyed(text: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256)
