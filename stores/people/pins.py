"""Hashing a PIN: slow, salted, and worth nothing without the service's own key."""

import hashlib
import hmac
from itertools import pairwise

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password

LENGTHS = range(4, 9)


def is_acceptable(pin: str) -> bool:
    """Four to eight digits, not all the same and not a run such as 1234."""
    if len(pin) not in LENGTHS or not (pin.isascii() and pin.isdigit()):
        return False
    steps = {int(b) - int(a) for a, b in pairwise(pin)}
    return steps not in ({0}, {1}, {-1})


def hash_pin(pin: str, employee_code: str) -> str:
    """The hash to store."""
    return make_password(_peppered(pin, employee_code))


def pin_matches(pin: str, employee_code: str, hashed: str) -> bool:
    """Whether it is this employee's PIN; takes as long for an employee without one."""
    return check_password(_peppered(pin, employee_code), hashed or None)


def _peppered(pin: str, employee_code: str) -> str:
    # Four digits alone are found in seconds by whoever gets hold of the table.
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"pin:{employee_code}:{pin}".encode(), hashlib.sha256).hexdigest()
