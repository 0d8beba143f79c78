"""Identity: customers, how they are recognised, and what they agreed to."""
