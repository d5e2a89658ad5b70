"""What holds for all tests: property tests take the same examples in every run, and Ctrl-C can be tried."""

import signal

from hypothesis import settings

settings.register_profile("the same examples in every run", derandomize=True)
settings.load_profile("the same examples in every run")

# A shell starts commands in the background with Ctrl-C ignored, and children inherit that; with a handler here
# they begin with the usual answer to it, so that tests of Ctrl-C pass there too.
signal.signal(signal.SIGINT, signal.default_int_handler)
