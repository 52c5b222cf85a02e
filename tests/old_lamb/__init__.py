"""Old LAMB stacks as folders, shaped like those of three releases: made by code, with the tables of each release."""

from tests.old_lamb.stack import RELEASES, OldStack, Release, make

__all__ = ["RELEASES", "OldStack", "Release", "make"]
