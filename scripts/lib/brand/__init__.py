"""The upstream's brand in an image: where it still stands, what of it is allowed, and what nobody may touch."""
