"""PostgreSQL itself, PgBouncer, HAProxy and Reveille: how each is configured, started, reached and told apart.

All of them lead to the same PostgreSQL and the same fake compute, with the same role, secret and certificate.
"""
