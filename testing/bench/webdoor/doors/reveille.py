"""Reveille's own web door: one port, plain and TLS, in a node that is started as operators start it."""

from comparison.ground.site import HOST
from comparison.peers.reveille import Reveille
from webdoor.doors.door import Door, connection_string


class ReveilleWeb(Reveille, Door):
    @property
    def web_address(self):
        return HOST, self.web

    def web_port(self, tls):
        return self.web

    def connection_string(self, database):
        return connection_string(self.site, database)
