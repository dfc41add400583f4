"""The worker: dials out to the server, keeps one process per job, and says what really runs."""
