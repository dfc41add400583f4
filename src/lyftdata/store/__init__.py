"""Persistence: the only room of the control plane that speaks SQL. Implements ports of services."""
