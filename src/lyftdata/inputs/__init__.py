"""Inputs, one file per component, each exporting `component`. The engine saves positions."""
