"""How secrets are hashed that were drawn at random and never chosen by a person."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class RandomSecretHasher(PBKDF2PasswordHasher):
    """For secrets of 128 random bits and more: guessing them is hopeless however fast
    the hash is, and a slow one would cost every token request half a second."""

    algorithm = "pbkdf2_random"
    iterations = 1_000
