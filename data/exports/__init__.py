"""Writes tables for others: workplaces with their tasks, candidates, trials; as CSV and XLSX that run nothing."""
