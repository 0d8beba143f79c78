"""Hashing a PIN: salted, stretched, and worth nothing without the service's own key.

Ten thousand PINs are tried out soon, however slow the hash is; what protects them is
the key that stands outside the database, and the few tries at the door. So the hash
is only as slow as a clerk can wait for (a few hundredths of a second).
"""

import hashlib
import hmac
import secrets
from itertools import pairwise

from django.conf import settings

LENGTHS = range(4, 9)
_ROUNDS = 60_000
_NOBODY = f"{_ROUNDS}$nobody$"


def is_acceptable(pin: str) -> bool:
    """Four to eight digits, not all the same and not a run such as 1234."""
    if len(pin) not in LENGTHS or not (pin.isascii() and pin.isdigit()):
        return False
    steps = {int(b) - int(a) for a, b in pairwise(pin)}
    return steps not in ({0}, {1}, {-1})


def hash_pin(pin: str, employee_code: str) -> str:
    """The hash to store."""
    salt = secrets.token_hex(8)
    return f"{_ROUNDS}${salt}${_stretched(pin, employee_code, salt, _ROUNDS)}"


def pin_matches(pin: str, employee_code: str, hashed: str) -> bool:
    """Whether it is this employee's PIN; takes as long for an employee without one."""
    rounds, salt, digest = (hashed or _NOBODY).split("$")
    given = _stretched(pin, employee_code, salt, int(rounds))
    return hmac.compare_digest(given, digest)


def _stretched(pin: str, employee_code: str, salt: str, rounds: int) -> str:
    key = settings.SECRET_KEY.encode()
    told = f"pin:{employee_code}:{pin}".encode()
    peppered = hmac.new(key, told, hashlib.sha256).digest()
    return hashlib.pbkdf2_hmac("sha256", peppered, salt.encode(), rounds).hex()
