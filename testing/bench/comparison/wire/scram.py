"""SCRAM-SHA-256 (RFC 5802, RFC 7677), both sides, without channel binding."""

import base64
import functools
import hashlib
import hmac
import os
import secrets
import threading

ITERATIONS = 4096
_deriving = threading.Lock()


@functools.lru_cache(maxsize=256)
def _salted(password, salt, iterations):
    return hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)


def salted_password(password, salt, iterations):
    """Derived once for each salt: thousands of sessions must not measure our own key derivation."""
    with _deriving:
        return _salted(password, salt, iterations)


def _mac(key, text):
    return hmac.digest(key, text, "sha256")


def _keys(salted):
    client_key = _mac(salted, b"Client Key")
    return client_key, hashlib.sha256(client_key).digest(), _mac(salted, b"Server Key")


def _text(raw):
    return base64.b64encode(raw).decode()


def _fields(message):
    return dict(part.split("=", 1) for part in message.split(","))


def verifier(password, iterations=ITERATIONS):
    """What PostgreSQL keeps in pg_authid: `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>`."""
    salt = os.urandom(16)
    _, stored, server = _keys(salted_password(password, salt, iterations))
    return f"SCRAM-SHA-256${iterations}:{_text(salt)}${_text(stored)}:{_text(server)}"


class Client:
    """The side that knows the password."""

    def __init__(self, password):
        self._password = password
        self._nonce = secrets.token_urlsafe(18)
        self._first = f"n=,r={self._nonce}"
        self._server_signature = b""

    def first(self):
        return f"n,,{self._first}"

    def final(self, server_first):
        said = _fields(server_first)
        if not said["r"].startswith(self._nonce):
            raise ValueError("the server changed our nonce")
        salted = salted_password(self._password, base64.b64decode(said["s"]), int(said["i"]))
        client_key, stored, server = _keys(salted)
        without_proof = f"c=biws,r={said['r']}"
        agreed = f"{self._first},{server_first},{without_proof}".encode()
        proof = bytes(a ^ b for a, b in zip(client_key, _mac(stored, agreed)))
        self._server_signature = _mac(server, agreed)
        return f"{without_proof},p={_text(proof)}"

    def accept(self, server_final):
        if base64.b64decode(_fields(server_final)["v"]) != self._server_signature:
            raise ValueError("the server does not know our password")


class Server:
    """The side that holds a verifier."""

    def __init__(self, held):
        _, iterations_salt, keys = held.split("$")
        self._iterations, self._salt = iterations_salt.split(":")
        self._stored, self._server = (base64.b64decode(key) for key in keys.split(":"))
        self._client_first = self._server_first = ""

    def first(self, client_first):
        self._client_first = client_first.split(",", 2)[2]
        nonce = _fields(self._client_first)["r"] + secrets.token_urlsafe(18)
        self._server_first = f"r={nonce},s={self._salt},i={self._iterations}"
        return self._server_first

    def final(self, client_final):
        """The answer to a proof that is right; ValueError for one that is wrong."""
        without_proof, proof = client_final.rsplit(",p=", 1)
        agreed = f"{self._client_first},{self._server_first},{without_proof}".encode()
        client_key = bytes(a ^ b for a, b in zip(base64.b64decode(proof), _mac(self._stored, agreed)))
        if hashlib.sha256(client_key).digest() != self._stored:
            raise ValueError("wrong proof")
        return f"v={_text(_mac(self._server, agreed))}"
