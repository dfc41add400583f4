"""Jobs of the control plane: drafts, immutable versions, assignments to workers, their states."""
