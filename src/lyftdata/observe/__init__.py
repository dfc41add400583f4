"""What can be watched: logs, runs, meters, and the live log with resume by id."""
