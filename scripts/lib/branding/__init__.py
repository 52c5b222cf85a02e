"""The branding part of a smoke run: an image's pages in a browser, beside those of the untouched upstream."""
