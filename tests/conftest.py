"""What holds for all tests: the examples of property tests are the same in every run."""

from hypothesis import settings

settings.register_profile("the same examples in every run", derandomize=True)
settings.load_profile("the same examples in every run")
