"""Write the API's description to a file."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from omniretail.kernel.api.documentation import schema_text


class Command(BaseCommand):
    help = "Write the OpenAPI document to a file."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        options["file"].write_bytes(schema_text() + b"\n")
        self.stdout.write(f"Wrote {options['file']}.")
