"""What server and worker say to each other: versioned models and their codec, nothing else."""
