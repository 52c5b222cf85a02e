"""The upstream's licence: what it allows an environment, and what is counted for it."""
