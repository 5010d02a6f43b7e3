"""The child processes of a test run. Shared tools that live as long as the run have some, so tests compare with what was there before."""

import psutil


def living_children() -> set[psutil.Process]:
    return {child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE}
