"""What the application does for its users: the checks of a product, on running stands with servers beside them."""
