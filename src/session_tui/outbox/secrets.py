"""The secrets of endpoints, read from the variable or the keyring entry that the endpoint
names.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from session_tui.model.configuration import Endpoint
from session_tui.model.fault import Fault
from session_tui.model.patterns import lazy_pattern
from session_tui.store.errors import StoreError

if TYPE_CHECKING:
    from types import ModuleType

PREFIX = "whsec_"  # of a Standard Webhooks secret; base64 follows
HIDDEN = "…"
_VARIABLE = lazy_pattern(r"[A-Za-z_][A-Za-z0-9_]*")
_REQUIRED = ("SECRET", "TOKEN")  # one of them in the name of a variable
_WITH_SECRET = frozenset({"webhook", "team_server"})  # a chat has its secret in the address


class Secret:
    """A secret, hidden when it is printed, logged or formatted.

    Empty (and false) where the endpoint has none.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str = "") -> None:
        self._value = value

    def reveal(self) -> str:
        """The secret itself, for a header or a signature."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})" if self._value else "Secret()"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    def __reduce__(self) -> tuple[type["Secret"], tuple[str]]:
        raise TypeError("a secret is not written anywhere")


def secret_of(endpoint: Endpoint, environment: Mapping[str, str]) -> Secret:
    """The secret of an endpoint; `StoreError` where it is named but cannot be read.

    A variable that is set comes before the keyring. A webhook may have no secret, and is then not
    signed; a team server must have one.
    """
    if endpoint.kind not in _WITH_SECRET:
        return Secret()
    variable, entry = endpoint.secret_env, endpoint.secret_keyring
    if variable:
        _check_variable(endpoint)
        if value := environment.get(variable, "").strip():
            return _valid_secret(endpoint, value)
    if entry:
        return _valid_secret(endpoint, _from_keyring(endpoint))
    if variable:
        raise _trouble(endpoint, f"the variable {variable} that holds its secret is not set", f"Set {variable}.")
    if endpoint.kind == "team_server":
        raise _trouble(endpoint, "a team server wants a token, and none is named", "Name it with secret_env.")
    return Secret()


def keep_secret(endpoint: Endpoint, value: str) -> None:
    """Store the secret of an endpoint in the keyring; `StoreError` where it cannot be stored and
    read again.
    """
    if not endpoint.secret_keyring:
        other = f", or set {endpoint.secret_env}" if endpoint.secret_env else ""
        do = f'Write secret_keyring = "session-tui/{endpoint.name}" into the configuration{other}.'
        raise _trouble(endpoint, "it names no entry of the keyring", do)
    if not value.strip():
        raise _trouble(endpoint, "the secret is empty", "Nothing was stored.")
    service, name = _entry(endpoint)
    secret = _valid_secret(endpoint, value.strip()).reveal()
    keyring = _keyring(endpoint)
    try:
        keyring.set_password(service, name, secret)
        stored = keyring.get_password(service, name)
    except Exception as error:  # noqa: BLE001 - each keyring has errors of its own, and none may show its frames
        raise _refused(endpoint, error) from None
    if stored != secret:  # a keyring that is switched off accepts a secret and drops it
        raise _trouble(endpoint, "the keyring took the secret and does not have it", _alternative(endpoint))


def key_of(secret: str) -> bytes:
    """The signing key: the base64 after `whsec_`, else the text itself.

    ValueError where it is not base64.
    """
    if not secret.startswith(PREFIX):
        return secret.encode()
    encoded = secret.removeprefix(PREFIX)
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except binascii.Error:
        key = b""
    if not key:
        raise ValueError("what follows whsec_ is not base64") from None
    return key


def _check_variable(endpoint: Endpoint) -> None:
    name = endpoint.secret_env
    if not _VARIABLE.fullmatch(name) or not any(each in name.upper() for each in _REQUIRED):
        # Without this check, a configuration that came with a folder could send any variable to
        # any address.
        what = f'"{name}" is not a name of a secret: only a variable with SECRET or TOKEN in its name is read'
        raise _trouble(endpoint, what, "Rename the variable, in secret_env too.")


def _valid_secret(endpoint: Endpoint, value: str) -> Secret:
    """The secret, checked for this kind of endpoint. `StoreError` does not contain it."""
    if endpoint.kind == "team_server":
        if not all("!" <= each <= "~" for each in value):
            raise _trouble(endpoint, "its token has a space or another character that no token has", "Set it again.")
        return Secret(value)
    try:
        key_of(value)
    except ValueError:
        raise _trouble(
            endpoint, f"its secret begins with {PREFIX}, and the rest is not base64", "Set it again."
        ) from None
    return Secret(value)


def _from_keyring(endpoint: Endpoint) -> str:
    service, name = _entry(endpoint)
    keyring = _keyring(endpoint)
    try:
        stored = keyring.get_password(service, name)
    except Exception as error:  # noqa: BLE001 - each keyring has errors of its own, and none may show its frames
        raise _refused(endpoint, error) from None
    if not (value := (stored or "").strip()):
        what = f'the keyring has no "{endpoint.secret_keyring}"'
        raise _trouble(endpoint, what, f"session-tui endpoint secret {endpoint.name} stores it.")
    return value


def _entry(endpoint: Endpoint) -> tuple[str, str]:
    service, _, name = endpoint.secret_keyring.partition("/")
    if not (service and name):
        what = f'"{endpoint.secret_keyring}" names no entry of the keyring'
        raise _trouble(endpoint, what, 'Write secret_keyring as "service/name".')
    return service, name


def _keyring(endpoint: Endpoint) -> "ModuleType":
    try:
        import keyring
    except ImportError:
        from session_tui.store.installation import here

        what = "this installation cannot open the keyring"
        do = f"{here().adding('keyring', 'keyring')} adds that. {_alternative(endpoint)}"
        raise _trouble(endpoint, what, do) from None
    return keyring


def _refused(endpoint: Endpoint, error: Exception) -> StoreError:
    kind = type(error).__name__
    what = "there is no keyring on this machine" if kind == "NoKeyringError" else f"the keyring refuses ({kind})"
    return _trouble(endpoint, what, _alternative(endpoint))


def _alternative(endpoint: Endpoint) -> str:
    named = endpoint.secret_env or f'secret_env = "SESSION_TUI_{_variable_part(endpoint.name)}_SECRET"'
    return f"Set {named} instead." if endpoint.secret_env else f"Or name a variable: {named}."


def _variable_part(name: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_") or "ENDPOINT"


def _trouble(endpoint: Endpoint, what: str, do: str) -> StoreError:
    return StoreError(Fault(f'endpoint "{endpoint.name}"', what, do))
