"""Measures cancellation: the queue to the key store, cancel requests between nodes, registered keys. See docs/benchmarks.md."""
