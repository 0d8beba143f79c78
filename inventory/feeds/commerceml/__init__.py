"""CommerceML 2 as 1C writes it: groups, goods, properties, offers, prices, stock."""
