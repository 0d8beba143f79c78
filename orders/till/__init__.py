"""Sales that tills made and send afterwards, in batches."""
