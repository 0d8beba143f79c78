"""The normal form of a phone number and an e-mail address. Pure."""

import re

import phonenumbers

_EMAIL = re.compile(r"[^@\s\"<>(),;:\\\[\]]{1,64}@[^@\s\"<>(),;:\\\[\]]{1,189}")


def phone(text: str, region: str) -> str | None:
    """The number in E.164 form, or None if it cannot be a phone number."""
    try:
        number = phonenumbers.parse(text[:40], region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email(text: str) -> str | None:
    """The address in small letters, or None if it is none."""
    plain = text.strip().lower()
    return plain if _EMAIL.fullmatch(plain) and "." in plain.rpartition("@")[2] else None
