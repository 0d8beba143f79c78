"""Where a scanned code may lead: dotted resolvers, asked in this order.

A resolver takes the code and the employee who scanned it and answers the address of a
page, or None when the code is not of its kind.
"""

RESOLVERS: list[str] = [
    "orders.fulfilment.scanning.resolve_pass",
    "stores.work.scanning.resolve_work",
    "loyalty.identity.scanning.resolve_card",
    "orders.till.scanning.resolve_receipt",
    "inventory.supply.pages.transfers.resolve_document",
    "inventory.selling.pages.resolve_product",
    "inventory.serials.pages.resolve_serial",
]
