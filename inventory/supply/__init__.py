"""Goods on their way here: orders to suppliers, transfers between places, receipts."""
