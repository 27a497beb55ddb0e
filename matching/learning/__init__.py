"""A scorer that learns from trials: expert tables first, drawn to what outcomes say as they come."""
