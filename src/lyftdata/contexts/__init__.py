"""Values that `{{name}}` in job texts stands for: global, per worker, per job."""
