"""Compile translations without GNU gettext: ``python catalogues.py FILE.po ...``."""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_catalogue(text: Path) -> Path:
    """Write the compiled catalogue beside its text, in one step.

    Raises:
        PoFileError: the text is not a catalogue.
    """
    with text.open("rb") as source:
        catalogue = read_po(source, locale=text.parents[1].name, abort_invalid=True)
    compiled = text.with_suffix(".mo")
    fresh = text.with_suffix(".mo.new")
    with fresh.open("wb") as target:
        write_mo(target, catalogue)
    fresh.replace(compiled)
    return compiled


if __name__ == "__main__":
    for name in sys.argv[1:]:
        compile_catalogue(Path(name))
