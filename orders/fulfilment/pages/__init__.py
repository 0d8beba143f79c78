"""The tablet's pages for bags and parcels."""
