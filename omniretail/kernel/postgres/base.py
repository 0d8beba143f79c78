"""A connection that is looked at before it is asked whether it still works."""

import select

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's connection to PostgreSQL."""

    def is_usable(self) -> bool:
        """Whether the server is there and takes statements.

        A server that stopped has closed the line, which can be read then: up to its end.
        Where nothing can be read, nobody need be asked and waited for.
        """
        return self._is_at_rest() or bool(super().is_usable())

    def _is_at_rest(self) -> bool:
        server = self.connection.pgconn if self.connection is not None else None
        if server is None or server.transaction_status != TransactionStatus.IDLE:
            return False
        looked = select.poll()
        looked.register(server.socket, select.POLLIN)
        return not looked.poll(0)
