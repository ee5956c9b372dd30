"""PgBouncer: session pooling, SCRAM with passwords in its file, TLS with the same certificate as everybody."""

import signal

from comparison.ground.site import HOST, ROLE, program
from comparison.peers.peer import BENCH, IDLE, Peer

_CONFIG = """
[databases]
{bench} = host={host} port={compute} dbname={bench} pool_size=200
{idle} = host={host} port={fake} dbname={idle} pool_size=12000
[pgbouncer]
listen_addr = {host}
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {users}
pool_mode = session
max_client_conn = 12000
listen_backlog = 4096
ignore_startup_parameters = extra_float_digits,options
client_tls_sslmode = allow
client_tls_key_file = {key}
client_tls_cert_file = {certificate}
server_tls_sslmode = disable
log_connections = 0
log_disconnections = 0
"""


class PgBouncer(Peer):
    name = "pgbouncer"

    def __init__(self, site, compute, fake):
        super().__init__(site)
        users = site.write("pgbouncer/users.txt", f'"{ROLE}" "{site.password}"\n')
        site.give(users.parent)
        self._config = site.write("pgbouncer/pgbouncer.ini", _CONFIG.format(
            bench=BENCH, idle=IDLE, host=HOST, compute=compute.port, fake=fake.port, port=self.port,
            users=users, key=site.key_file, certificate=site.certificate_file))

    def _launch(self):
        # SIGTERM is PgBouncer's immediate shutdown; SIGINT would wait for its clients.
        return self.site.processes.start(
            "pgbouncer", [*self.site.as_user, program("pgbouncer"), self._config], signal.SIGTERM)
