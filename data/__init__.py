"""What we know: records, reference data, the store, imports. Nothing here decides anything."""
