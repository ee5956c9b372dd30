"""What a run stands on: its directory, its ports, its processes and the promise that all of them end."""
