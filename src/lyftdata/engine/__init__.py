"""Runs a job: compiles it to a plan, drives input, plan and output, commits, retries, schedules.

Knows components only by their contract (`spec.component`); a worker or the CLI starts it.
"""
