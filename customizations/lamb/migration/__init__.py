"""Moves what the old stack wrote into its folder to the volumes of the new one.

Runs inside an image of the product with nothing but Python's own library: `python3 -m migration look|move|clear`. The
old folder is mounted read-only, and no file of it is opened by SQLite: databases are copied first, with what their
write-ahead log holds. docs/lamb-migrate.md says what is moved and what is rewritten.
"""
