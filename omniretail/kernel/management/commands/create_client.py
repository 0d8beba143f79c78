"""Admit a program to the REST door."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.clients import ScopeUnknown, create_client


class Command(BaseCommand):
    help = "Admit a program to the REST door and print its secret, once."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("scopes", nargs="+", help="such as stock:read orders:write")
        parser.add_argument("--channel", default="")
        parser.add_argument(
            "--device", action="store_true", help="tablets and tills, paired one by one"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = create_client(
                name=options["name"],
                scopes=options["scopes"],
                channel=options["channel"],
                for_devices=options["device"],
                by=SYSTEM,
                at=clock.now(),
            )
        except ScopeUnknown as error:
            raise CommandError(f"{error} {error.facts['scope']}") from error
        self.stdout.write(f"client_id      {made.client.client_id}")
        self.stdout.write(f"client_secret  {made.secret}")
        self.stdout.write("The secret cannot be shown again.")
