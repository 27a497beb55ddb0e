"""The ``worktrial`` commands."""
