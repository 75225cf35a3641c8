"""Signs one good and one expired token with every peer in every algorithm it shares with us.

Standard output: one JSON object, {"jwks": {"keys": […]}, "tokens": […], "expired": […]} with lists of
{"name": "PEER-ALGORITHM", "token"} in the same order.
"""

import json

from peers import sign_everything

print(json.dumps(sign_everything()))
