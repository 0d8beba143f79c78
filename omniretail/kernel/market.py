"""The market the house stands in: what is meant where nobody says otherwise."""

from django.conf import settings
from django.utils.translation import get_language, get_language_info


def house_language() -> str:
    """The language of a reader who named none."""
    return str(settings.LANGUAGE_CODE)


def reader_language() -> str:
    """The language in which this is read just now."""
    return get_language() or house_language()


def house_country() -> str:
    """The country of an address or a phone number that names none."""
    return str(settings.DEFAULT_COUNTRY)


def house_currency() -> str:
    """The currency of an amount that names none."""
    return str(settings.DEFAULT_CURRENCY)


def known_language(language: str) -> str:
    """The language itself if we write in it, else the house's own."""
    plain = language.split("-")[0].lower()
    return plain if plain in dict(settings.LANGUAGES) else house_language()


def own_names() -> list[tuple[str, str]]:
    """The languages we write in, each by the name it has in itself."""
    return [
        (code, str(get_language_info(code)["name_local"])) for code, _ in settings.LANGUAGES
    ]
