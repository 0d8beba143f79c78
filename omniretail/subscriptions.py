"""Every effect that crosses an app: fact name to dotted reactions.

`manage.py check` refuses a row that does not resolve. Order within a row is the order
in which the reactions run.
"""

REACTIONS: dict[str, list[str]] = {}
