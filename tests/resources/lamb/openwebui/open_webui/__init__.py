"""A small Open WebUI: the rows and routes that LAMB needs of 0.5.6."""
