"""The whole service under one roof: start its processes, keep them, stop them."""
