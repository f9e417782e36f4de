"""Asks the API as a program does that reads numbers with all their digits."""

import json
from decimal import Decimal

API = "/api/v1/"
PROBLEM = "application/problem+json"


def answer(client, address, **headers):
    response = client.get(address, headers=headers)
    assert response.status_code == 200, (address, response.content)
    assert response["Content-Type"] == "application/json; charset=utf-8"
    return json.loads(response.content, parse_float=Decimal)


def problem(client, address, method="get"):
    """(status, what is said) of a request that cannot be answered."""
    response = getattr(client, method)(address)
    assert response["Content-Type"] == PROBLEM, (address, response["Content-Type"])
    found = json.loads(response.content)
    assert found["status"] == response.status_code
    assert found["title"] and found["detail"] and found["type"]
    return response.status_code, found
