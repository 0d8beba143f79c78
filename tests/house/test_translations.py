"""Every sentence the product says exists in every language it speaks."""

import pytest
from django.urls import get_resolver

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
