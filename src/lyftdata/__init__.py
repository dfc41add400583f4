"""LyftData: one product that authors, tests, deploys, runs and heals data-pipeline jobs."""

__version__ = "0.1.0"
"""The same as in pyproject.toml; a test holds them together."""
