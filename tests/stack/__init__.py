"""LAMB as a stack of real containers: what it must do, on a small tree of our own or on the real one (`--source`)."""
