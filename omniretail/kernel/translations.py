"""Which sentences the product says, and whether each has its translation.

Django's own `makemessages` needs the GNU gettext programs; Babel reads Python just as
well and is a dependency anyway.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.pofile import read_po, write_po
from django.apps import apps
from django.conf import settings
from django.utils.translation.template import templatize

from omniretail.kernel.errors import all_errors, title_of

# Without dates and names: a catalogue changes when its sentences do.
_HEADER = """\
# What the floor of {floor} says, in "{language}".
msgid ""
msgstr ""
"Project-Id-Version: OmniRetail 1\\n"
"Language: {language}\\n"
"Plural-Forms: {plurals}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""
FLOORS = ("omniretail", "stores", "inventory", "loyalty", "orders")
OURS = {"kernel", *FLOORS}
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_STRING = r"u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
_CALL = re.compile(
    rf"\b(_|gettext|ngettext|pgettext|npgettext)\(\s*({_STRING}(?:\s*,\s*{_STRING})*)"
)


@dataclass(frozen=True)
class Sentence:
    """A text to translate: its singular, its plural if it has one, its context."""

    singular: str
    plural: str | None
    context: str | None
    place: str

    @property
    def key(self) -> str | tuple[str, str]:
        return self.singular if self.plural is None else (self.singular, self.plural)


def sentences(floor: str) -> Iterator[Sentence]:
    """Every sentence that a floor's code, templates and refusals say."""
    yield from _in_folder(settings.BASE_DIR / floor)
    if floor == "omniretail":
        for app in apps.get_app_configs():
            if app.name.startswith("unfold"):  # it speaks no Russian by itself
                yield from _in_folder(Path(app.path))
    for error in all_errors():
        if error.__module__.split(".")[0] == floor:
            yield Sentence(title_of(error), None, None, error.__module__)


def catalogue_path(floor: str, language: str) -> Path:
    """The .po file of a floor."""
    return Path(
        settings.BASE_DIR / floor / "locale" / language / "LC_MESSAGES" / "django.po"
    )


def read_catalogue(floor: str, language: str) -> Catalog:
    """The translations of a floor; empty when it has none yet."""
    path = catalogue_path(floor, language)
    return _read(path, language) if path.exists() else Catalog(locale=language)


def untranslated(floor: str, language: str) -> list[Sentence]:
    """The sentences of a floor that nobody has translated; Django's own count."""
    catalogue = read_catalogue(floor, language)
    return [
        sentence
        for sentence in sentences(floor)
        if not _is_translated(catalogue, sentence)
        and not _known_to_libraries(language, sentence)
    ]


def update(floor: str, language: str) -> int:
    """Bring a floor's .po file up to date, keeping what is translated; answers how
    many sentences still wait for a translation."""
    before, after = read_catalogue(floor, language), Catalog(locale=language)
    for sentence in sentences(floor):
        if _known_to_libraries(language, sentence):
            continue
        known = before.get(sentence.key, sentence.context)
        after.add(
            sentence.key,
            string=known.string if known else None,
            context=sentence.context,
        )
    path = catalogue_path(floor, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    body = BytesIO()
    write_po(body, after, omit_header=True, sort_output=True, width=92)
    header = _HEADER.format(floor=floor, language=language, plurals=after.plural_forms)
    path.write_text(f"{header}\n{body.getvalue().decode().strip()}\n", encoding="utf-8")
    return len(untranslated(floor, language))


def _is_translated(catalogue: Catalog, sentence: Sentence) -> bool:
    found = catalogue.get(sentence.key, sentence.context)
    if found is None or found.fuzzy:
        return False
    texts = (found.string,) if isinstance(found.string, str) else found.string or ()
    return bool(texts) and all(texts)


def _known_to_libraries(language: str, sentence: Sentence) -> bool:
    """Whether Django or another installed library brings the translation."""
    return any(_is_translated(known, sentence) for known in _library_catalogues(language))


@cache
def _library_catalogues(language: str) -> list[Catalog]:
    inside = ("locale", language, "LC_MESSAGES", "django.po")
    homes = [Path(django.__file__).parent / "conf"]
    homes += [Path(app.path) for app in apps.get_app_configs() if app.label not in OURS]
    paths = [home.joinpath(*inside) for home in homes]
    return [_read(path, language) for path in paths if path.exists()]


def _read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _in_folder(root: Path) -> Iterator[Sentence]:
    for path in sorted(root.rglob("*.py")):
        if not {"migrations", "contrib"} & set(path.relative_to(root).parts):
            yield from _in_python(path)
    for suffix in ("*.html", "*.txt"):
        for path in sorted(root.rglob(suffix)):
            if "contrib" not in path.relative_to(root).parts:
                yield from _in_template(path)


def _in_python(path: Path) -> Iterator[Sentence]:
    for line, message, _comments, context in extract_from_file(
        "python", str(path), keywords=KEYWORDS
    ):
        texts = (message,) if isinstance(message, str) else message
        plural = texts[1] if len(texts) > 1 else None
        yield Sentence(texts[0], plural, context, f"{path.name}:{line}")


def _in_template(path: Path) -> Iterator[Sentence]:
    for match in _CALL.finditer(templatize(path.read_text(), origin=str(path))):
        texts = [ast.literal_eval(text) for text in re.findall(_STRING, match[2])]
        context = texts.pop(0) if match[1].startswith(("p", "np")) else None
        plural = texts[1] if match[1].startswith("n") else None
        yield Sentence(texts[0], plural, context, path.name)
