"""Serves sealed files to the page that opens them in the browser, and nothing else that people uploaded."""

from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from dapp.evidence.box import EvidenceBox
from dapp.evidence.errors import EvidenceError
from dapp.evidence.files import FILE_LIMIT, KINDS
from dapp.index.failures import IndexFailure
from dapp.market import MarketUnavailable, market

PATH: Final = "/sealed"
_HEADERS: Final = {
    "Content-Disposition": "attachment; filename=sealed.age",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, max-age=31536000, immutable",
}


def address_of_sealed(cid: str) -> str:
    """Where this server has a sealed file."""
    return f"{PATH}/{cid}"


def routes() -> list[BaseRoute]:
    """The one route, to be mounted beside the API's."""
    return [Route(f"{PATH}/{{cid}}", _sealed, methods=["GET"])]


def _sealed(request: Request) -> Response:
    try:
        box: EvidenceBox = market().store
        data = box.get(request.path_params["cid"], limit=FILE_LIMIT)
    except (EvidenceError, MarketUnavailable, IndexFailure) as error:
        return PlainTextResponse(str(error), status_code=404)
    if not data.startswith(KINDS["age"].starts):
        return PlainTextResponse("This content isn't sealed.", status_code=404)
    return Response(data, media_type="application/octet-stream", headers=_HEADERS)
