"""Requests to a Wheelhouse, with what may be repeated and what may not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import urllib3
from urllib3.util import Retry, Timeout

from wheelhouse.errors import ServerError, UnreachableError

# A 429 says when to come again, and a 503 that nothing was done or that doing it again is safe.
_AGAIN = Retry(
    total=4,
    backoff_factor=0.2,
    backoff_jitter=0.2,
    status_forcelist=(429, 502, 503, 504),
    respect_retry_after_header=True,
    raise_on_status=False,
    allowed_methods=None,
)
# Whoever was told to slow down was not answered; anything else may have been.
_SLOWER = Retry(
    total=4,
    connect=4,
    read=0,
    other=0,
    backoff_factor=0.2,
    status_forcelist=(429,),
    respect_retry_after_header=True,
    raise_on_status=False,
    allowed_methods=None,
)


class Http:
    """One server, with its token and a pool of connections."""

    def __init__(self, url: str, token: str | None, name: str) -> None:
        self._url = url.rstrip("/")
        self._name = name
        self._headers = {"authorization": f"Bearer {token}"} if token else {}
        self._pool = urllib3.PoolManager(timeout=Timeout(connect=5, read=60), maxsize=4)

    def get(self, path: str, query: Mapping[str, str | int | None] | None = None) -> Any:
        """The JSON of the answer. Repeated if the server is busy or cannot be reached."""
        fields = {key: str(value) for key, value in (query or {}).items() if value is not None}
        return self._ask("GET", path, _AGAIN, fields=fields)

    def post(self, path: str, body: object, *, again: bool) -> Any:
        """The JSON of the answer. `again`: sending the same twice does no harm, so it is repeated if in doubt."""
        # NaN is not JSON; what is missing was made null before.
        sent = json.dumps(body, allow_nan=False).encode()
        return self._ask("POST", path, _AGAIN if again else _SLOWER, body=sent)

    def _ask(self, method: str, path: str, retries: Retry, **given: Any) -> Any:
        headers = {**self._headers, **({"content-type": "application/json"} if "body" in given else {})}
        try:
            answer = self._pool.request(method, self._url + path, headers=headers, retries=retries, **given)
        except urllib3.exceptions.HTTPError as cause:
            raise UnreachableError(
                f"{self._name} at {self._url} did not answer: {_last(cause)}. Is it running, and is the address right?"
            ) from cause
        if answer.status >= 400:
            raise ServerError(answer.status, _reason(answer, self._name, self._url))
        try:
            return json.loads(answer.data)
        except ValueError as cause:
            raise ServerError(
                answer.status,
                f"{self._url}{path} answered with something other than JSON. Is it {self._name}?",
            ) from cause


def _last(cause: BaseException) -> str:
    while cause.__cause__ or getattr(cause, "reason", None):
        following = cause.__cause__ or getattr(cause, "reason", None)
        if not isinstance(following, BaseException):
            break
        cause = following
    return str(cause).split(": ", 1)[-1]


def _reason(answer: urllib3.BaseHTTPResponse, name: str, url: str) -> str:
    try:
        return str(json.loads(answer.data)["error"])
    except (ValueError, KeyError, TypeError):
        return f"{name} at {url} answered with status {answer.status}."
