"""Refusals of access. They say the same whether a thing is not there or not one's own, and never name it."""

from __future__ import annotations

from data.errors import WorkTrialError


class LoginNeeded(WorkTrialError):
    """Nobody is logged in, or the session or token is over."""

    code = "login_needed"

    def __init__(self) -> None:
        super().__init__("Log in first: there is no session or token, or it is over.")


class LoginRefused(WorkTrialError):
    """Login, password or one-time code is wrong, or the account is shut: which of them is not said."""

    code = "login_refused"

    def __init__(self) -> None:
        super().__init__("Login, password or one-time code is not right. Check them and try again.")


class InvitationRefused(WorkTrialError):
    """An invitation is unknown, over, or was used."""

    code = "invitation_refused"

    def __init__(self) -> None:
        super().__init__("This invitation does not hold: it was used, is over, or was replaced. Ask for a new one.")


class SecondFactorNeeded(WorkTrialError):
    """The account sees many people, so that one-time codes must be set up before anything else."""

    code = "second_factor_needed"

    def __init__(self) -> None:
        super().__init__(
            "One-time codes come first: set them up (POST /api/v1/session/second-factor), or show one (PUT). "
            "One factor is not enough."
        )


class ProviderNotSet(WorkTrialError):
    """Nobody logs in with an identity provider here."""

    code = "provider_not_set"

    def __init__(self) -> None:
        super().__init__("This service has no identity provider to log in with. Log in with a password.")


class ProviderUnreachable(WorkTrialError):
    """The identity provider does not answer, or not as one that can be used."""

    code = "provider_unreachable"

    def __init__(self) -> None:
        super().__init__("The identity provider does not answer as it should. Try again later, or use a password.")


class NotAllowed(WorkTrialError):
    """The role may never do this."""

    code = "not_allowed"

    def __init__(self, action: str) -> None:
        super().__init__(f"Your account may not do this ({action}). GET /api/v1/permissions says who may do what.")


class NotYours(WorkTrialError):
    """There is no such thing, or it is not one's own: nobody outside can tell which."""

    code = "not_there"

    def __init__(self) -> None:
        super().__init__("There is no such thing here, or it is not yours to see.")


class NotNow(WorkTrialError):
    """Something between the person and the coach stands in the way: an employer is not told what."""

    code = "not_now"

    def __init__(self) -> None:
        super().__init__("This cannot be done now. Nothing was changed; the coach can tell you when it can.")
