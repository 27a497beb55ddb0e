"""Who asks, and what they may do: accounts, logins, sessions, tokens, and the table of rights applied to routes."""
