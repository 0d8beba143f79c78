"""What can go wrong with the embedded engines, in one sentence each."""


class EmbeddedUnavailable(RuntimeError):
    """The embedded engines cannot run; the message says why in one line."""
