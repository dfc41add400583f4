"""Persistence: the only room of the control plane that speaks SQL. Implements the services' ports."""
