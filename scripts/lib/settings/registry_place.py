"""A registry that a variable names as HOST/NAMESPACE, such as ghcr.io/team."""

from pydantic import ValidationError

from scripts.lib import loopback
from scripts.lib.errors import SettingsInvalid
from scripts.lib.settings.environment import RemoteRegistry


def read(name: str, place: str, *, username: str, password: str) -> RemoteRegistry:
    """Return the registry that variable `name` names; plain http on the loopback interface alone.

    In lower case, as registries ask for it and owners are not always written. `username` and `password` are the
    variables of its login.
    """
    host, _, namespace = place.lower().rstrip("/").partition("/")
    try:
        return RemoteRegistry(
            kind="remote",
            host=host,
            namespace=namespace,
            insecure=loopback.is_here(host),
            username_variable=username,
            password_variable=password,
        )
    except ValidationError as error:
        problems = [f"{name}={place} is no HOST/NAMESPACE: {one['loc'][0]}: {one['msg']}" for one in error.errors()]
        raise SettingsInvalid(problems, hint=f"export {name}=ghcr.io/your-name") from None
