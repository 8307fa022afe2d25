# SPDX-License-Identifier: Apache-2.0
"""Ways to log in, which are accepted and not needed: who owns the process is who asks.

What is passed, passwords and secrets above all, is not kept.
"""

from typing import Any, Dict, Optional

from .exceptions import AuthenticationException

__all__ = ["AbstractAuthentication", "ArmTokenAuthentication", "AuthenticationException", "AzureCliAuthentication",
           "AzureMLTokenAuthentication", "InteractiveLoginAuthentication", "MsiAuthentication",
           "ServicePrincipalAuthentication", "TokenAuthentication"]


class AbstractAuthentication:
    """The base of all of them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Whatever is passed is forgotten."""

    def get_authentication_header(self) -> Dict[str, str]:
        """The header of a request to the daemon: none is needed."""
        return {}

    def get_token(self, *scopes: str, **kwargs: Any) -> Any:
        """Always raises AuthenticationException: there is no service to log in to."""
        raise AuthenticationException("there is no token: Runyard runs on this machine and needs no login")

    def signed_session(self, session: Any = None) -> Any:
        """The session as it is."""
        return session

    def __repr__(self) -> str:
        """The class."""
        return "{}()".format(type(self).__name__)


class InteractiveLoginAuthentication(AbstractAuthentication):
    """A login in the browser, which does not take place."""

    def __init__(self, force: bool = False, tenant_id: Optional[str] = None, cloud: Optional[str] = None) -> None:
        """Whatever is passed is forgotten."""


class AzureCliAuthentication(AbstractAuthentication):
    """The login of a command-line tool, which is not asked for."""

    def __init__(self, cloud: Optional[str] = None) -> None:
        """Whatever is passed is forgotten."""


class ServicePrincipalAuthentication(AbstractAuthentication):
    """The login of a program, which does not take place."""

    def __init__(self, tenant_id: str, service_principal_id: str, service_principal_password: str,
                 cloud: str = "AzureCloud", _enable_caching: bool = True) -> None:
        """Whatever is passed is forgotten."""


class MsiAuthentication(AbstractAuthentication):
    """The login of a machine, which does not take place."""


class TokenAuthentication(AbstractAuthentication):
    """A login by token, which does not take place."""


class ArmTokenAuthentication(TokenAuthentication):
    """A login by token, which does not take place."""

    def __init__(self, arm_access_token: str, cloud: Optional[str] = "None") -> None:
        """Whatever is passed is forgotten."""

    def update_arm_access_token(self, new_arm_access_token: str) -> None:
        """Nothing: what is passed is forgotten."""


class AzureMLTokenAuthentication(TokenAuthentication):
    """A login of a run, which does not take place."""
