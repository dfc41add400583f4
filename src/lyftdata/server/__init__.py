"""The HTTP server: composition root, routes, live streams, the workers' wire."""
