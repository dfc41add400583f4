"""YAML text -> job or diagnostics: every node keeps its place, all problems are told at once.

Above `spec` and the little languages, below everything that runs. Registers and runs nothing.
"""
