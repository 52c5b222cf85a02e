"""Pages that a browser visits: how one gets there, and what must be visible before anybody looks."""

from typing import Literal

Scheme = Literal["light", "dark"]
Device = Literal["desktop", "phone"]
