"""The languages we speak with customers."""

from django.conf import settings


def known_language(language: str) -> str:
    """The language itself if we write in it, else the house's own."""
    plain = language.split("-")[0].lower()
    return plain if plain in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
