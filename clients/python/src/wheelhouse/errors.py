"""What can go wrong. Every message is one or two plain sentences, with the next step."""


class WheelhouseError(Exception):
    """The base of all errors of this package."""


class NotInARunError(WheelhouseError):
    """The program was not started by Wheelhouse, so there is no request to read."""


class ExportDiffersError(WheelhouseError):
    """The exported model cannot be served, or does not answer as the trained one does. Nothing was reported."""


class UnreachableError(WheelhouseError):
    """No server answered. It is not known whether a request that changes something has arrived."""


class ServerError(WheelhouseError):
    """The server refused a request.

    `status` is the HTTP status; the message is the line that the server gave as the reason.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
