"""A connection that is looked at before it is asked whether it still works."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's connection to PostgreSQL."""

    def is_usable(self) -> bool:
        """Whether the server is still there.

        A server that stopped has closed the line, which can be read then: up to its end.
        Where nothing can be read, nobody need be asked and waited for.
        """
        if self.connection is not None and not self.connection.closed:
            looked = select.poll()
            looked.register(self.connection.fileno(), select.POLLIN)
            if not looked.poll(0):
                return True
        return bool(super().is_usable())
