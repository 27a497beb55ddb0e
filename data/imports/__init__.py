"""Reads what others have written: a region, an employer's task list, the O*NET database."""
