"""An already built release: what it holds, and how the changes of a customized tree show in it."""
