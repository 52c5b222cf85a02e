"""Deploying: the entry, the plan, the run and its end, and what they look at."""
