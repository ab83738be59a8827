"""A small OpenID Connect provider on this machine: discovery, authorisation with PKCE, signed tokens, user info."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, SECRET = "dure-test", "very-secret"


class Provider(ThreadingHTTPServer):
    """`person` is who is signed in there: the claims it will tell."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.person: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: dict[str, dict[str, Any]] = {}
        self.error = ""

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def id_token(self, nonce: str | None) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, **self.person}
        if nonce:
            claims["nonce"] = nonce
        return jwt.encode(claims, self.key, "RS256", headers={"kid": "k1"})

    @property
    def settings(self) -> dict[str, Any]:
        app = {
            "provider_id": "town",
            "name": "시험 인증",
            "client_id": CLIENT_ID,
            "secret": SECRET,
            "settings": {"server_url": self.issuer},
        }
        return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def tell(self, data: Any, status: int = 200) -> None:
        body = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        provider, parts = self.server, urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/.well-known/openid-configuration":
            self.tell(
                {
                    "issuer": provider.issuer,
                    "authorization_endpoint": f"{provider.issuer}/authorize",
                    "token_endpoint": f"{provider.issuer}/token",
                    "userinfo_endpoint": f"{provider.issuer}/userinfo",
                    "jwks_uri": f"{provider.issuer}/jwks",
                    "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
                }
            )
        elif parts.path == "/jwks":
            key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(provider.key.public_key()))
            self.tell({"keys": [{**key, "kid": "k1", "use": "sig", "alg": "RS256"}]})
        elif parts.path == "/authorize":
            answer = {"state": asked["state"]}
            if provider.error:
                answer["error"] = provider.error
            elif asked["client_id"] == CLIENT_ID and asked["code_challenge_method"] == "S256":
                code = secrets.token_urlsafe(16)
                provider.codes[code] = asked
                answer["code"] = code
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(answer)}")
            self.end_headers()
        elif parts.path == "/userinfo":
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            person = provider.tokens.get(token)
            self.tell(person, 200) if person else self.tell({"error": "invalid_token"}, 401)
        else:
            self.tell({"error": "not_found"}, 404)

    def do_POST(self) -> None:
        provider = self.server
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        sent = {name: values[0] for name, values in parse_qs(body).items()}
        asked = provider.codes.pop(sent.get("code", ""), None)
        client = (sent.get("client_id"), sent.get("client_secret"))
        if header := self.headers.get("Authorization", "").removeprefix("Basic "):
            client = tuple(base64.b64decode(header).decode().split(":", 1))
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if not asked or client != (CLIENT_ID, SECRET) or asked["code_challenge"] != challenge:
            self.tell({"error": "invalid_grant"}, 400)
            return
        token = secrets.token_urlsafe(16)
        provider.tokens[token] = dict(provider.person)
        answer = {"access_token": token, "token_type": "Bearer", "id_token": provider.id_token(asked.get("nonce"))}
        self.tell(answer)

    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def provider() -> Iterator[Provider]:
    server = Provider()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
