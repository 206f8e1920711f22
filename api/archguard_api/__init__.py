"""The service: snapshots in, trend out."""
