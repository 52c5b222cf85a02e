"""Publishing and joining on a real registry; images of one file stand for what was built."""
