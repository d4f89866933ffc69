from hypothesis import settings

# The first image that meets a kernel of a new shape waits for the compiler, so no single example has a deadline.
settings.register_profile("compiled", deadline=None, max_examples=60)
settings.load_profile("compiled")
