"""What comes through the web door, measured: SQL over HTTP, WebSockets at work, idle and read slowly.

    doors     who answers HTTP: Reveille, its binding and the usual one, both with nothing behind them, a server by hand
    wrk.py    the load of many requests; clients.py the programs for Node.js
    readers   WebSocket and HTTP clients of our own, for idle sessions and for reading slowly
    sections  one file for each group of figures

Rests on `comparison` for everybody's start and end, the wire and memory, and on `shared` for the command line. Start
reading in cli.py. Python's standard library only; wrk and Node.js are programs.
"""
