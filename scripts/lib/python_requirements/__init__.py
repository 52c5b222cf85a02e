"""The Python packages of an image: what asks for them, what they are locked to, and whether the code agrees."""
