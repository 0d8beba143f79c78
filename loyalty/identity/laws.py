"""Laws of identity."""

from omniretail.kernel.laws import Row, rows_of

_A4 = """
    SELECT 'loyalty_logincode' AS "table", id AS "row" FROM loyalty_logincode
    WHERE code_hash !~ '^[0-9a-f]{64}$'
    UNION ALL
    SELECT 'loyalty_customertoken', id FROM loyalty_customertoken
    WHERE secret_hash !~ '^[0-9a-f]{64}$'
    UNION ALL
    SELECT 'loyalty_message', id FROM loyalty_message
    WHERE (code_key <> '' AND subject || body !~ '[{]code[}]') OR body ~ %(token)s
    UNION ALL
    SELECT 'kernel_outboxfact', id FROM kernel_outboxfact
    WHERE payload::text ~ %(token)s
    UNION ALL
    SELECT 'kernel_idempotencykey', id FROM kernel_idempotencykey
    WHERE body ~ %(token)s
"""
_TOKEN = "cust_[A-Za-z0-9_-]{40,}"  # noqa: S105 - the form of one


def customer_secrets_in_the_open() -> list[Row]:
    """A4 for customers: one-time codes and tokens stand nowhere but as hashes."""
    return rows_of(_A4.replace("%(token)s", f"'{_TOKEN}'"))
