"""What Tiny does for its users."""

from smoke.functions.checks import check
from smoke.functions.ground import Ground


@check("plain", "it says who made it")
def it_says_who_made_it(ground: Ground) -> str:
    return str(ground.api().get("/api/about")["made_by"])
