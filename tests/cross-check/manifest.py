"""What Python's `requests` would send for an integration manifest under ChiefOnboarding's rules, with Django's
templates: reads one JSON question a line, writes one JSON answer a line."""

import base64
import io
import json
import sys

import django
import requests
from django.conf import settings
from django.template import Context, Template

settings.configure(TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}])
django.setup()


def ask(question):
    item, context = question["item"], question["context"]

    def render(text):
        return Template(text).render(Context(context)).replace("&nbsp;", "")

    url = item["url"]
    if question.get("code"):
        url += ("&" if "?" in url else "?") + "code=" + question["code"]
    data = None
    if "data" in item:
        data = render(json.dumps(item["data"]))
        if item.get("cast_data_to_json", True):
            try:
                data = json.loads(data)
            except ValueError:
                pass
    headers = {}
    for name, value in (item.get("headers") or question["headers"]).items():
        if name == "Authorization" and value.startswith("Basic"):
            credentials = render(value.split(" ", 1)[1])
            value = "Basic " + base64.b64encode(credentials.encode("ascii")).decode("ascii")
        else:
            value = render(value) + ""
        headers[render(name) + ""] = value
    kept = question.get("files") or {}
    files = {field: (name, io.BytesIO(kept[name].encode("utf-8"))) for field, name in item.get("files", {}).items()}
    prepared = requests.Request(
        item.get("method", "POST"), render(url), headers=headers, data=data, files=files
    ).prepare()
    body = prepared.body
    if isinstance(body, bytes):
        body = body.decode("utf-8")
    sent = {name.lower(): value for name, value in prepared.headers.items() if name.lower() != "content-length"}
    if files:
        boundary = body[2:].split("\r\n")[0]
        body = body.replace(boundary, "BOUNDARY")
        sent = {
            name: (value.decode("ascii") if isinstance(value, bytes) else value).replace(boundary, "BOUNDARY")
            for name, value in sent.items()
        }
    return {"method": prepared.method, "url": prepared.url, "body": body, "headers": sent}


for line in sys.stdin:
    try:
        answer = ask(json.loads(line))
    except Exception as error:
        answer = {"error": repr(error)}
    print(json.dumps(answer), flush=True)
