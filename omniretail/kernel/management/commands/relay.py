"""Deliver facts to their reactions, until stopped."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from omniretail.kernel import relay


class Command(BaseCommand):
    help = "Deliver facts from the outbox to their reactions, until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", default="relay", help="heartbeat name of this relay")

    def handle(self, *args: Any, **options: Any) -> None:
        stopping = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopping.set())
        relay.run(stopping, name=options["name"])
