"""Sentences that developers marked by hand, and how well the readers find the marks again."""
