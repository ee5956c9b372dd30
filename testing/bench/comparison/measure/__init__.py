"""Processor time, memory, and what many samples come to. Reads /proc and asks jcmd; starts nothing."""
