"""The refusals that a person can act on; the same words on a page, in the API and in a command.

Each carries a `code` (stable, for programs), a sentence (for people) and `reasons` where there are several.
"""

from collections.abc import Mapping, Sequence


class JalonError(Exception):
    """A refusal with words. Subclasses say which kind."""

    code = "error"
    status = 400

    def __init__(self, detail: str, *, reasons: Sequence[str] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.reasons = list(reasons)


class NotVisible(JalonError):
    """What was asked for does not exist for this actor."""

    code, status = "not_found", 404


class NotAllowed(JalonError):
    """The actor sees it, but has no right to do this."""

    code, status = "forbidden", 403


class Invalid(JalonError):
    """What was given cannot be understood; `fields` names what and why."""

    code, status = "invalid", 422

    def __init__(self, detail: str, *, fields: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(detail, reasons=[reason for reasons in (fields or {}).values() for reason in reasons])
        self.fields = {name: list(reasons) for name, reasons in (fields or {}).items()}


class Refused(JalonError):
    """The lifecycle refuses; `state` is where the application stands."""

    status = 409

    def __init__(self, detail: str, *, state: str, reasons: Sequence[str] = ()) -> None:
        super().__init__(detail, reasons=reasons)
        self.state = state


class Conflict(Refused):
    """Somebody was faster: the application is no longer where the caller saw it."""

    code = "conflict"


class NotPossible(Refused):
    """The lifecycle has no such action from this state."""

    code = "not_allowed"


class GuardFailed(Refused):
    """The action exists, but something is missing; `reasons` say what."""

    code = "guard"


class Closed(JalonError):
    """The posting takes no applications."""

    code, status = "closed", 409


class NoRoom(JalonError):
    """The disk is full: nothing was written. It is ours to mend, and the same may be asked again."""

    code, status = "no_room", 507
