"""Moves the data of an older stack into a product's volumes: looked at first, refused or done whole, recorded."""
