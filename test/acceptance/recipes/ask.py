"""Uploads a file and asks one question: python ask.py sales.csv "SELECT count(*) FROM sales" """

import os
import sys

import requests

path, sql = sys.argv[1:]
cubby = requests.Session()
cubby.headers["Authorization"] = f"Bearer {os.environ['CUBBY_TOKEN']}"
base = os.environ["CUBBY_URL"] + "/v1/sessions"


def call(method, url, **options):
    answer = cubby.request(method, url, **options)
    if not answer.ok:
        sys.exit(f"{answer.json()['code']}: {answer.json()['detail']}")
    return answer.json()


session = f"{base}/{call('POST', base, json={'platform': 'api'})['session_id']}"
with open(path, "rb") as file:
    call("POST", f"{session}/files", files={"file": file})
for row in call("POST", f"{session}/query", json={"sql": sql})["rows"]:
    print(*row, sep="\t")
call("DELETE", session)
