"""How far what was committed can be read without a hole that fills up later.

Whoever follows rows by the number of the transaction that wrote them stays below the
oldest transaction that is still running. PostgreSQL's own `pg_snapshot_xmin` counts the
transactions of every database of the server: one that runs for hours in a neighbour would
hold back all that is read here. A transaction counts unless it is seen to hold a lock on
a table of another database, which ours never does; where nothing is known of it, it
counts.
"""

HORIZON = "kernel_horizon()"
"""Every transaction of this database below it has ended, and is seen by the statement
that asks. Two calls in one statement may differ: ask once."""
