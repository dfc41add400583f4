"""Workers: who they are, their keys, whether they are there."""
