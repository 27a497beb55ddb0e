"""What holds for every request, whoever asks: problems, headers, limits, logs, paging, changes made once."""
