"""The commands `lyftdata` and `lyftdata-worker`: the HTTP API and the engine, in a terminal."""
