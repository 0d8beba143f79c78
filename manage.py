#!/usr/bin/env python
"""The command line of OmniRetail."""

import os
import sys

from django.core.management import execute_from_command_line

from omniretail.kernel.embedded.errors import EmbeddedUnavailable


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omniretail.settings")
    try:
        execute_from_command_line(sys.argv)
    except EmbeddedUnavailable as problem:
        sys.exit(f"omniretail: {problem}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
