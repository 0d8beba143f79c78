"""Units with serial numbers: their stories, and the doors to them."""
