"""Numbers and secrets people read aloud or scan."""

import hashlib
import hmac
import secrets

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


def random_code(length: int) -> str:
    """Characters that cannot be mistaken for each other, five bits each."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(length))


def new_number(prefix: str) -> str:
    """A business number such as R-7K3M-92QX: 40 random bits behind a prefix.

    Random rather than counted, so that it neither tells how much is sold nor lets
    anyone guess a neighbour.
    """
    return f"{prefix}-{random_code(4)}-{random_code(4)}"


def normalise_code(text: str) -> str:
    """A typed code as it was printed: no spaces or dashes, look-alikes resolved."""
    plain = "".join(ch for ch in text.upper() if ch.isalnum())
    return plain.translate(_LOOKALIKES)


def hash_secret(secret: str, *, bound_to: str) -> str:
    """The hash to store for a random secret, bound to what it opens.

    For secrets of 128 random bits or with a small number of tries; a PIN or password
    needs a slow hash instead.
    """
    return hmac.new(bound_to.encode(), secret.encode(), hashlib.sha256).hexdigest()


def secret_matches(secret: str, hashed: str, *, bound_to: str) -> bool:
    """Whether a secret is the one that was hashed, in constant time."""
    return hmac.compare_digest(hash_secret(secret, bound_to=bound_to), hashed)
