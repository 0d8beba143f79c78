"""Every sentence the product says exists in every language it speaks."""

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.urls import get_resolver
from django.utils import translation
from django.utils.translation import gettext, pgettext

from omniretail.kernel import translations


@pytest.mark.parametrize("floor", translations.FLOORS)
def test_every_sentence_is_in_russian(floor: str) -> None:
    assert get_resolver().url_patterns  # loads every door, and with it every refusal
    missing = {sentence.singular for sentence in translations.untranslated(floor, "ru")}
    assert missing == set()


def test_sentences_are_found_in_code_templates_and_refusals() -> None:
    said = {sentence.singular for sentence in translations.sentences("omniretail")}
    assert "This step is not possible from where it stands." in said
    assert "audit entry" in said


@pytest.mark.parametrize("floor", translations.FLOORS)
def test_every_sentence_is_said_as_its_own_floor_translates_it(floor: str) -> None:
    """One catalogue wins for all: a word with two meanings needs a context."""
    said_otherwise = {}
    path = settings.BASE_DIR / floor / "locale" / "ru" / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file, translation.override("ru"):
        for one in read_po(file):
            if not one.id or not isinstance(one.id, str):
                continue
            said = pgettext(one.context, one.id) if one.context else gettext(one.id)
            if said != one.string:
                said_otherwise[one.id] = said
    assert said_otherwise == {}
