"""One newsroom for all tests of this folder, which therefore run in one process."""

from stack.browser import *  # noqa: F403 the fixtures
from stack.newsroom import *  # noqa: F403 the fixtures
