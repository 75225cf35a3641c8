"""Who schemathesis is when it calls us: an administrator who signs in again whenever the calls ended the session.

Loaded by SCHEMATHESIS_HOOKS. VIDIMUS_URL, VIDIMUS_EMAIL and VIDIMUS_PASSWORD say where and who.
"""
import os
import threading

import requests
import schemathesis

URL = os.environ["VIDIMUS_URL"]
WHO = {"email": os.environ["VIDIMUS_EMAIL"], "password": os.environ["VIDIMUS_PASSWORD"]}


@schemathesis.auth(refresh_interval=None)
class Administrator:
    """The token of a session that is open at the moment of the call."""

    def __init__(self):
        self.token = None
        self.lock = threading.Lock()
        self.connection = requests.Session()

    def get(self, case, context):
        with self.lock:
            if self.token is None or not self.is_good():
                answer = self.connection.post(f"{URL}/v1/login", json=WHO, timeout=10)
                answer.raise_for_status()
                self.token = answer.json()["access_token"]
            return self.token

    def is_good(self):
        fields = {"Authorization": f"Bearer {self.token}"}
        answer = self.connection.get(f"{URL}/v1/me", headers=fields, timeout=10)
        if answer.status_code != 200:
            return False
        # One of the calls may have changed the address; the session goes on.
        WHO["email"] = answer.json()["email"]
        return True

    def set(self, case, token, context):
        case.headers["Authorization"] = f"Bearer {token}"
