"""The normal form of what customers are recognised by."""

import re

import phonenumbers
from stdnum import ean

CARD_PREFIX = "29"
CARD_DIGITS = 10
_EMAIL = re.compile(r"[^@\s\"<>(),;:\\\[\]]{1,64}@[^@\s\"<>(),;:\\\[\]]{1,189}")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}")


def phone(text: str, region: str) -> str | None:
    """The number in E.164 form, or None if it cannot be a phone number."""
    if len(text) > 40:
        return None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email(text: str) -> str | None:
    """The address in small letters, the host as it travels, or None if it is none."""
    plain = text.strip().lower()
    if not _EMAIL.fullmatch(plain):
        return None
    local, _at, host = plain.rpartition("@")
    try:
        host = host.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    if not _HOST.fullmatch(host) or local.startswith(".") or local.endswith("."):
        return None
    return f"{local}@{host}"


def card(text: str) -> str | None:
    """The thirteen digits of one of our loyalty cards, or None."""
    plain = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(rf"{CARD_PREFIX}[0-9]{{11}}", plain, re.ASCII):
        return None
    return plain if ean.is_valid(plain) else None


def card_of(number: int) -> str:
    """The card with this inner number: our prefix, the number, the check digit."""
    plain = f"{CARD_PREFIX}{number:0{CARD_DIGITS}d}"
    return plain + str(ean.calc_check_digit(plain))


def phone_for_people(value: str) -> str:
    """A phone number as people write it: +7 912 345-67-89."""
    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        return value
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
