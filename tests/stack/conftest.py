"""One Elasticsearch for the stack tests of a process."""

from stack.elasticsearch import *  # noqa: F403 the fixtures
