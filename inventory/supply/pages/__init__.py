"""The tablet's doors of supply: receive, send, look at transfers."""
