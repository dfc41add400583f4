"""What a job does to its events: one file per action, each with its `component`.

A file holds settings, meaning (`prepare`) and, where speed pays, generated code (`emit`) that
agrees with the meaning. Files that begin with `_` are what several actions share. Nothing here
knows the engine, reads a clock or touches the outside world, save for files that a setting names.
"""
