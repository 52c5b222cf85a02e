"""What every test stands on: Ctrl-C reaches the programs that tests start."""

import signal

# A shell starts what it runs in the background, as some CI runners do, with SIGINT ignored, and that is inherited.
signal.signal(signal.SIGINT, signal.default_int_handler)
