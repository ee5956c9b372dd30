"""Clients of our own: a WebSocket that a session can be held over, and readers that take their time."""
