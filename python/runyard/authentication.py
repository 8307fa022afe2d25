# SPDX-License-Identifier: Apache-2.0
"""Ways to log in. They are accepted and have no effect: requests are made as the owner of the process.

What is passed, passwords and secrets above all, is not kept.
"""

from typing import Any, Dict, Optional

from .exceptions import AuthenticationException

__all__ = ["AbstractAuthentication", "ArmTokenAuthentication", "AuthenticationException", "AzureCliAuthentication",
           "AzureMLTokenAuthentication", "InteractiveLoginAuthentication", "MsiAuthentication",
           "ServicePrincipalAuthentication", "TokenAuthentication"]


class AbstractAuthentication:
    """The base of all ways to log in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Arguments are ignored."""

    def get_authentication_header(self) -> Dict[str, str]:
        """The header of a request to the daemon: none is needed."""
        return {}

    def get_token(self, *scopes: str, **kwargs: Any) -> Any:
        """Always raises AuthenticationException: there is no service to log in to."""
        raise AuthenticationException("there is no token: Runyard runs on this machine and needs no login")

    def signed_session(self, session: Any = None) -> Any:
        """The session, unchanged."""
        return session

    def __repr__(self) -> str:
        """The class."""
        return "{}()".format(type(self).__name__)


class InteractiveLoginAuthentication(AbstractAuthentication):
    """A login in the browser, without effect."""

    def __init__(self, force: bool = False, tenant_id: Optional[str] = None, cloud: Optional[str] = None) -> None:
        """Arguments are ignored."""


class AzureCliAuthentication(AbstractAuthentication):
    """The login of a command-line tool, without effect."""

    def __init__(self, cloud: Optional[str] = None) -> None:
        """Arguments are ignored."""


class ServicePrincipalAuthentication(AbstractAuthentication):
    """The login of a program, without effect."""

    def __init__(self, tenant_id: str, service_principal_id: str, service_principal_password: str,
                 cloud: str = "AzureCloud", _enable_caching: bool = True) -> None:
        """Arguments are ignored."""


class MsiAuthentication(AbstractAuthentication):
    """The login of a machine, without effect."""


class TokenAuthentication(AbstractAuthentication):
    """A login by token, without effect."""


class ArmTokenAuthentication(TokenAuthentication):
    """A login by token, without effect."""

    def __init__(self, arm_access_token: str, cloud: Optional[str] = "None") -> None:
        """Arguments are ignored."""

    def update_arm_access_token(self, new_arm_access_token: str) -> None:
        """Does nothing: arguments are ignored."""


class AzureMLTokenAuthentication(TokenAuthentication):
    """A login of a run, without effect."""
