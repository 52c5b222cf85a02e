"""Settings, written and read again."""

from smoke.functions.checks import check
from smoke.functions.ground import Ground
from smoke.site import NotSeen

from .accounts import admin, person

OF_PERSON = "/api/v1/users/user/settings"
OF_ADMIN = "/api/v1/auths/admin/config"
TITLE = "Please wait at the gate"


def kept(ground: Ground) -> str:
    """Return what was written, as it is now; raises NotSeen where it is something else."""
    own = person(ground).get(OF_PERSON)["ui"]["title"]["auto"]
    title = admin(ground).get(OF_ADMIN)["PENDING_USER_OVERLAY_TITLE"]
    if (own, title) != (False, TITLE):
        raise NotSeen(f"a person's title.auto is {own}, the administrator's title is {title!r}")
    return f"title.auto of a person is {own}, PENDING_USER_OVERLAY_TITLE is {title!r}"


@check("institution", "settings are written and read")
def settings_are_written(ground: Ground) -> str:
    person(ground).post(f"{OF_PERSON}/update", json={"ui": {"title": {"auto": False}}})
    config = admin(ground).get(OF_ADMIN)
    if config["PENDING_USER_OVERLAY_TITLE"] == TITLE:
        raise NotSeen(f"the administrator's title is {TITLE!r} before anybody wrote it")
    admin(ground).post(OF_ADMIN, json=config | {"PENDING_USER_OVERLAY_TITLE": TITLE})
    return kept(ground)
