"""The pickup code: eight characters that open one bag, in one store.

It is derived from the house's secret key, so the customer's page can show it although
only its hash is kept. A new generation makes a new code and the old one worthless.
"""

import hashlib
import hmac

from django.conf import settings

from omniretail.kernel.codes import CROCKFORD, hash_secret, normalise_code, secret_matches

QR_PREFIX = "PASS:"


def pickup_code(number: str, generation: int) -> str:
    """The code of one bag: forty bits nobody can guess from its number."""
    message = f"pickup-code:{number}:{generation}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).digest()
    bits = int.from_bytes(digest[:5], "big")
    return "".join(CROCKFORD[bits >> shift & 31] for shift in range(35, -1, -5))


def hash_code(code: str, *, order_number: str, store_code: str) -> str:
    """The hash to keep: useless without the secret key, for other orders and stores."""
    return hash_secret(code, bound_to=_bound_to(order_number, store_code))


def code_opens(code: str, hashed: str, *, order_number: str, store_code: str) -> bool:
    """Whether a typed or scanned code is the one."""
    return secret_matches(
        normalise_code(code), hashed, bound_to=_bound_to(order_number, store_code)
    )


def in_groups(code: str) -> str:
    """The code as people read it aloud: in groups of four."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def pass_text(number: str, code: str) -> str:
    """What the pass's QR says: which bag, and its code."""
    return f"{QR_PREFIX}{number}:{code}"


def read_pass(text: str) -> tuple[str, str] | None:
    """Fulfilment number and code from a scanned pass, or nothing if it is none."""
    scanned = text.strip().upper()
    if not scanned.startswith(QR_PREFIX):
        return None
    number, _colon, code = scanned.removeprefix(QR_PREFIX).rpartition(":")
    return (number, code) if number and code else None


def _bound_to(order_number: str, store_code: str) -> str:
    return f"{settings.SECRET_KEY}:{order_number}:{store_code}"
