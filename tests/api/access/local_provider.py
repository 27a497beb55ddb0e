"""A small identity provider on this machine, over real HTTP: honest as it comes, and hostile where a test says so."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

CLIENT_ID, CLIENT_SECRET = "worktrial-client", "a secret of the tests: /+%"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
OTHER_KEY = ECKey.generate_key("P-256", {"kid": "two", "use": "sig"})


@dataclass
class Given:
    """A code that was given: for whom, and what must come with it."""

    subject: str
    nonce: str
    challenge: str
    redirect: str


@dataclass
class Provider:
    """What the provider does. ``token`` may make another statement of the claims, ``answers`` other bytes at a path.

    ``subject``: who logs in at its page, without being asked.
    """

    issuer: str
    keys: list[dict[str, Any]] = field(default_factory=lambda: [KEY.as_dict(private=False)])
    claims: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    token: Callable[[dict[str, Any]], str] | None = None
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    codes: dict[str, Given] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    subject: str = "s-1"

    def log_in(self, address: str, subject: str) -> dict[str, str]:
        """Do what the page of the provider does: give the browser what it carries back."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert query["response_type"] == "code" and query["code_challenge_method"] == "S256"
        assert query["client_id"] == CLIENT_ID and "openid" in query["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = Given(subject, query["nonce"], query["code_challenge"], query["redirect_uri"])
        return {"code": code, "state": query["state"], "iss": self.issuer}

    def described(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
            "authorization_response_iss_parameter_supported": True, "code_challenge_methods_supported": ["S256"],
        } | self.metadata  # fmt: skip

    def spend(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Change a code into a statement, once."""
        kind, _, pair = authorization.partition(" ")
        name, _, secret = base64.b64decode(pair).decode().partition(":")
        if kind != "Basic" or (unquote(name), unquote(secret)) != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client"}
        given = self.codes.pop(form.get("code", ""), None)
        shown = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).decode()
        if given is None or shown.rstrip("=") != given.challenge or form.get("redirect_uri") != given.redirect:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT_ID, "sub": given.subject, "nonce": given.nonce, "iat": now,
            "exp": now + 300,
        } | self.claims  # fmt: skip
        made = signed if self.token is None else self.token
        token = made({name: value for name, value in claims.items() if value is not None})
        return 200, {"id_token": token, "access_token": "x", "token_type": "Bearer"}


def signed(claims: dict[str, Any], key: RSAKey | ECKey = KEY, algorithm: str = "RS256", **header: Any) -> str:
    return jwt.encode({"alg": algorithm, "kid": key.kid} | header, claims, key, algorithms=[algorithm])


def by_hand(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    parts = [json.dumps(one).encode() for one in (header, claims)] + [signature]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        provider, path = self.server.provider, urlsplit(self.path).path
        provider.asked.append(path)
        if path in provider.answers:
            self._send(*provider.answers[path])
        elif path == "/.well-known/openid-configuration":
            self._json(200, provider.described())
        elif path == "/keys":
            self._json(200, {"keys": provider.keys})
        elif path == "/authorize":
            back = parse_qs(urlsplit(self.path).query)["redirect_uri"][0]
            carried = urlencode(provider.log_in(self.path, provider.subject))
            self._send(303, {"Location": f"{back}?{carried}"}, b"")
        else:
            self._json(404, {})

    def do_POST(self) -> None:
        provider, path = self.server.provider, urlsplit(self.path).path
        provider.asked.append(path)
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        if path in provider.answers:
            self._send(*provider.answers[path])
            return
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self._json(*provider.spend(form, self.headers.get("authorization", "")))

    def _json(self, status: int, said: dict[str, Any]) -> None:
        self._send(status, {}, json.dumps(said).encode())

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in ({"Content-Type": "application/json", "Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:  # whoever asked had enough
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        return


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    provider: Provider


@contextmanager
def running() -> Iterator[Provider]:
    """Run a provider on a free port of this machine."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.provider = Provider(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def address_of(redirect: str, back: dict[str, str]) -> str:
    return f"{redirect}?{urlencode(back)}"
