"""What the load knows of a door, and a request that proves that the right answer comes back."""

import json
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import quote

from comparison.ground.processes import LoadFailed, wait_until
from comparison.ground.site import HOST, ROLE, free_port
from comparison.peers.peer import BENCH, START_PATIENCE, Peer, listening
from comparison.wire.client import ANYBODY

PATH = "/sql"
BODY = '{"query":"select 1 as n","params":[]}'
_ANSWER = [["1"]]
_PATIENCE = 30.0


class Door(Peer):
    """A peer that answers `POST /sql`. Every request is the same, whatever stands behind the door."""

    def __init__(self, site):
        super().__init__(site)
        self.tls_port = free_port()

    def web_port(self, tls):
        return self.tls_port if tls else self.port

    def url(self, tls):
        return f"http{'s' if tls else ''}://{HOST}:{self.web_port(tls)}{PATH}"

    def headers(self):
        """As the stock driver sends them."""
        return headers(self.site)

    def check(self, tls):
        """One request, whose answer must hold the row that was asked for."""
        ask_once(self.web_port(tls), tls, self.headers())

    def _wait_until_ready(self):
        wait_until(lambda: listening(self.port) and listening(self.tls_port), START_PATIENCE,
                   f"{self.name} listens on both of its ports", self.started)


def headers(site):
    return {
        "Content-Type": "application/json", "Neon-Connection-String": connection_string(site, BENCH),
        "Neon-Raw-Text-Output": "true", "Neon-Array-Mode": "true"}


def connection_string(site, database):
    """The host names the endpoint, which has the name of the database."""
    return f"postgresql://{ROLE}:{quote(site.password, safe='')}@{database}/{database}"


def ask_once(port, tls, sent):
    connection = (HTTPSConnection(HOST, port, timeout=_PATIENCE, context=ANYBODY) if tls
                  else HTTPConnection(HOST, port, timeout=_PATIENCE))
    try:
        connection.request("POST", PATH, BODY, sent)
        answer = connection.getresponse()
        told = answer.read()
        if answer.status != 200 or json.loads(told)["rows"] != _ANSWER:
            raise LoadFailed(f"status {answer.status}: {told[:300].decode(errors='replace')}")
    except (OSError, HTTPException, ValueError, KeyError, TypeError) as failure:
        raise LoadFailed(f"no answer as it should be: {failure}") from failure
    finally:
        connection.close()
