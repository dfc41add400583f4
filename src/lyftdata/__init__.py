"""LyftData: one product that authors, tests, deploys, runs and heals data-pipeline jobs."""
