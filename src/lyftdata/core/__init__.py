"""Nouns that every room shares: errors, clock, ids, field paths, event codec.

Imports nothing of ours.
"""
