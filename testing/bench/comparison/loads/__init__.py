"""What is done to a peer: pgbench, COPY, many sessions. Each load is bounded in time and returns plain figures."""
