"""A stand of several images: the product's own compose files, started as a deploy would, under a throw-away name.

Everything of it bears its label and is removed with it, however its use ends. Its settings are those that `env --init`
makes, in no file; it publishes free ports of the loopback interface alone, whatever the files say.
"""

from scripts.lib.stack_stand.making import stack_stand
from scripts.lib.stack_stand.running import StackStand

__all__ = ["StackStand", "stack_stand"]
