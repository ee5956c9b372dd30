"""A small PostgreSQL client and a fake compute, for loads that pgbench and psql cannot make.

Knows the wire protocol of the PostgreSQL manual, chapter "Frontend/Backend Protocol", as far as logging in and one
simple query need it. Knows nothing of proxies.
"""
