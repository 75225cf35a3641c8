"""Flask + flask-jwt-extended: refresh tokens rotate, the old one goes on a blocklist in SQLite.

`python flask_peer.py COUNT PASSWORD` makes the database with that many users; gunicorn serves `application`.
The blocklist is looked up on refresh only: access tokens are believed until they expire, as the tutorials have it.
"""

import os
import sqlite3
import sys
import threading

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from flask import Flask, jsonify, request
from flask_jwt_extended import (
    JWTManager,
    create_access_token,
    create_refresh_token,
    get_jwt,
    get_jwt_identity,
    jwt_required,
)

application = Flask(__name__)
application.config["JWT_SECRET_KEY"] = "a secret of the benchmark, long enough for HS256"
jwt = JWTManager(application)
hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
connections = threading.local()


def database():
    if not hasattr(connections, "own"):
        connections.own = sqlite3.connect(os.environ["PEER_DATABASE"], timeout=20, isolation_level=None)
        connections.own.execute("PRAGMA journal_mode=WAL")
        connections.own.execute("PRAGMA synchronous=FULL")
    return connections.own


@jwt.token_in_blocklist_loader
def is_blocked(header, payload):
    if payload["type"] != "refresh":
        return False
    found = database().execute("SELECT 1 FROM blocklist WHERE jti = ?", [payload["jti"]]).fetchone()
    return found is not None


@application.get("/healthz")
def healthz():
    return "ok"


@application.post("/login")
def login():
    body = request.get_json()
    found = database().execute("SELECT id, password FROM users WHERE email = ?", [body["email"]]).fetchone()
    try:
        hasher.verify(found[1] if found else "", body["password"])
    except VerifyMismatchError:
        return jsonify(error="wrong"), 401
    return pair(str(found[0]))


@application.post("/refresh")
@jwt_required(refresh=True)
def refresh():
    claims = get_jwt()
    database().execute("INSERT INTO blocklist (jti, expires) VALUES (?, ?)", [claims["jti"], claims["exp"]])
    return pair(get_jwt_identity())


@application.get("/guarded")
@jwt_required()
def guarded():
    return jsonify(id=get_jwt_identity())


def pair(identity):
    return jsonify(
        access_token=create_access_token(identity), refresh_token=create_refresh_token(identity)
    )


if __name__ == "__main__":
    database().execute("CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE, password TEXT)")
    database().execute("CREATE TABLE blocklist (jti TEXT PRIMARY KEY, expires INTEGER) WITHOUT ROWID")
    hashed = hasher.hash(sys.argv[2])
    database().execute("BEGIN")
    database().executemany(
        "INSERT INTO users (email, password) VALUES (?, ?)",
        [(f"user{number}@example.com", hashed) for number in range(int(sys.argv[1]))],
    )
    database().execute("COMMIT")
