"""Files and objects on this machine: listing, tailing, durable appends, atomic puts.

Knows bytes, names and identities; nothing of events, batches or jobs.
"""
