"""Outputs, one file per component, each exporting `component`. They write what they are handed."""
