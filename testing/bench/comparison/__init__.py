"""Reveille beside its neighbours, measured in one run on one machine.

Rooms, in the order of knowledge (a room names only rooms before it):

    ground    what a run stands on: temporary files, free ports, processes and their certain end
    wire      a small PostgreSQL client and a fake compute, for what pgbench and psql cannot do
    measure   processor time, memory, medians
    peers     PostgreSQL, PgBouncer, HAProxy and Reveille: how each is started and reached
    loads     pgbench, COPY, many sessions at once
    sections  one file for each group of figures
    report    tables, verdicts, Markdown, JSON

Start reading in cli.py. Python's standard library only.
"""
