"""The rules of `tools.house_lint`, one file each."""
