"""Who may do what: users, passwords, sessions, API tokens, roles."""
