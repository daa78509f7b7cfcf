"""The OpenAPI 3.1 description of the API, made from the types of its replies."""

import re
from typing import Any, Final

import msgspec

from dapp.api import replies
from dapp.api.requests import FIRST, MOST
from dapp.api.routes import ANSWERS, PREFIX, SORTS

_PAGE: Final = (
    ("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": FIRST}),
    ("offset", {"type": "integer", "minimum": 0, "default": 0}),
)
_ADDRESS: Final = {"type": "string", "pattern": "^0x[0-9a-fA-F]{40}$"}
_UNITS: Final = {"type": "string", "pattern": "^[0-9]{1,78}$"}
_HASH: Final = {"type": "string", "pattern": "^0x[0-9a-fA-F]{64}$"}
_QUERY: Final[dict[str, tuple[tuple[str, dict[str, Any]], ...]]] = {
    "/services": (
        ("text", {"type": "string", "maxLength": 200}),
        ("category", {"type": "integer", "minimum": 0, "maximum": 65_535}),
        ("token", _ADDRESS),
        ("min_price", _UNITS),
        ("max_price", _UNITS),
        ("seller", _ADDRESS),
        ("sort", {"type": "string", "enum": list(SORTS), "default": "tier"}),
        *_PAGE,
    ),
    "/accounts/{address}": _PAGE,
    "/statistics": (("week", {"type": "string", "pattern": "^[0-9]{4}-W[0-9]{2}$"}), *_PAGE),
    "/credit/{merchant}": _PAGE,
}


def describe() -> dict[str, Any]:
    """The whole description."""
    shown = {**{path: reply for path, (_answer, reply) in ANSWERS.items()}, "/health": replies.HealthReply}
    types = [*shown.values(), replies.Fault]
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    by_type = dict(zip(types, schemas, strict=True))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hanse",
            "version": "1",
            "description": "Read-only. Amounts are token units as decimal strings; times are Unix seconds.",
        },
        "paths": {f"{PREFIX}{path}": {"get": _operation(path, by_type)} for path in shown},
        "components": {"schemas": components},
    }


def _operation(path: str, by_type: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    answer, reply = ANSWERS.get(path, (None, replies.HealthReply))
    responses = {
        "200": _response("The answer.", by_type[reply]),
        "503": _fault("No market to show.", by_type),
    }
    if answer is not None:
        responses |= {
            "304": {"description": "Nothing was indexed since the ETag that was given."},
            "400": _fault("A parameter can't be used.", by_type),
        }
    if path == "/orders/{id}":
        responses["404"] = _fault("There is no such order.", by_type)
    return {
        "summary": (answer.__doc__ if answer else "How the dApp fares.") or "",
        "operationId": path.split("/")[1],
        "parameters": [
            *(
                _parameter(name, "path", _HASH if name == "id" else _ADDRESS)
                for name in re.findall(r"{(\w+)}", path)
            ),
            *(_parameter(name, "query", schema) for name, schema in _QUERY.get(path, ())),
        ],
        "responses": responses,
    }


def _parameter(name: str, place: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": schema}


def _response(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _fault(description: str, by_type: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    return _response(description, by_type[replies.Fault])
