"""End the engines of this checkout: ``python -m omniretail.kernel.embedded.halt``."""

from omniretail.kernel.embedded.layout import Layout
from omniretail.kernel.embedded.leases import stop


def main() -> None:
    """Stop the engines of daily use and those of the tests, if they run."""
    ours = Layout.from_environment()
    for layout in (ours, Layout(ours.home / "test")):
        if layout.home.is_dir():
            stop(layout)


if __name__ == "__main__":
    main()
