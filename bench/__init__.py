"""Measurements and long campaigns: `make bench`, `make loghub`, `make crash`."""
