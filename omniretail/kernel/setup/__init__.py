"""From a fresh clone to something that runs."""
