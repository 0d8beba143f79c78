"""Collect the sentences the product says, for translators."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.urls import get_resolver

from omniretail.kernel import translations


class Command(BaseCommand):
    help = "Bring the .po files up to date, or only list what is not translated."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="list, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        _ = get_resolver().url_patterns  # loads every door, and with it every refusal
        for language, _name in settings.LANGUAGES:
            if language == "en":
                continue
            for floor in translations.FLOORS:
                if not options["check"]:
                    translations.update(floor, language)
                for sentence in translations.untranslated(floor, language):
                    self.stdout.write(f"{floor} {sentence.place}: {sentence.singular!r}")
