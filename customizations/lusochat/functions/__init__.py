"""What Lusochat does for its users, looked at in this order; stands.yaml says on what."""

from . import accounts, access, variables, settings, chats, documents, lasting  # noqa: F401, I001  in this order
