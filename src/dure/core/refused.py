"""One way to say no. A page shows it as a form error, the API as RFC 9457 problem JSON."""

from __future__ import annotations

STATUS = {
    "not_signed_in": 401,
    "not_allowed": 403,
    "not_found": 404,
    "conflict": 409,
    "gone": 410,
    "stale": 412,
    "invalid": 422,
    "too_many": 429,
}


class Refused(Exception):
    """An action or a query was refused.

    `code` is one of STATUS, `message` is for the person (translated), `field` names the input that was at fault.
    """

    def __init__(self, code: str, message: str, field: str | None = None) -> None:
        if code not in STATUS:
            raise ValueError(f"unknown refusal code {code!r}")
        super().__init__(str(message))
        self.code = code
        self.message = message
        self.field = field

    @property
    def status(self) -> int:
        """The HTTP status for this refusal."""
        return STATUS[self.code]

    def problem(self) -> dict[str, object]:
        """The body of an RFC 9457 answer; the code stands as an extension member, and the field where there is one."""
        body: dict[str, object] = {
            "type": f"urn:dure:problem:{self.code}",
            "title": str(self.message),
            "status": self.status,
            "code": self.code,
        }
        if self.field:
            body["errors"] = [{"field": self.field, "message": str(self.message)}]
        return body
