"""Signs requests with oauthlib: a JSON array of requests on standard input, a JSON array of their protocol
parameters on standard output. Asked by crates/exchange/tests/cross_check_oauth1.rs."""

import json
import platform
import re
import sys
from importlib.metadata import version
from urllib.parse import parse_qsl, unquote, urlsplit

from oauthlib.oauth1 import Client

PLACES = {"header": "AUTH_HEADER", "query": "QUERY", "body": "BODY"}


def parameters(place, url, headers, body):
    """The protocol's parameters, from wherever oauthlib wrote them."""
    if place == "header":
        header = headers["Authorization"].removeprefix("OAuth ")
        pairs = [(name, unquote(value)) for name, value in re.findall(r'([^=, ]+)="([^"]*)"', header)]
    else:
        text = urlsplit(url).query if place == "query" else body
        pairs = parse_qsl(text, keep_blank_values=True)
    return {name: value for name, value in pairs if name.startswith("oauth_")}


def sign(question):
    client = Client(
        question["consumer_key"],
        client_secret=question["consumer_secret"],
        resource_owner_key=question["token"],
        resource_owner_secret=question["token_secret"],
        callback_uri=question["callback"],
        verifier=question["verifier"],
        signature_method=question["signature_method"],
        signature_type=PLACES[question["place"]],
        rsa_key=question["private_key"],
        nonce=question["nonce"],
        timestamp=question["timestamp"],
    )
    headers = {} if question["content_type"] is None else {"Content-Type": question["content_type"]}
    signed = client.sign(question["url"], question["method"], question["body"], headers)
    return parameters(question["place"], signed[0], signed[1], signed[2])


versions = {"python": platform.python_version(), "oauthlib": version("oauthlib"), "cryptography": version("cryptography")}
json.dump({"versions": versions, "answers": [sign(question) for question in json.load(sys.stdin)]}, sys.stdout)
