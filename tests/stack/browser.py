"""A real browser for the tests of the pages: Debian's chromium, driven by Playwright; and axe-core, which finds what is not accessible."""

import contextlib
import ctypes.util
import importlib.util
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build"
PICTURES = BUILD / "pictures"
AXE = BUILD / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
THEMES = ("light", "dark")


def find_chromium() -> str:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not found:
        pytest.skip("no browser: make packages, or apt-get install chromium")
    if not ctypes.util.find_library("atomic"):
        pytest.skip("the driver of the browser lacks a library: make packages, or apt-get install libatomic1")
    return found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = find_chromium()
    with sync_playwright() as playwright:
        # The sandbox needs a user other than root.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core, from npm and checked against `frontend/packages.json` the first time."""
    if not AXE.exists():
        if not shutil.which("npm"):
            pytest.skip("axe-core comes from npm: apt-get install npm")
        specification = importlib.util.spec_from_file_location("vendor", ROOT / "frontend/vendor.py")
        assert specification is not None
        assert specification.loader is not None
        vendor = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(vendor)
        BUILD.mkdir(exist_ok=True)
        AXE.write_bytes(vendor.read_file("axe-core", "axe.min.js"))
    return AXE.read_text(encoding="utf-8")


def violations(page: Any, axe: str) -> list[str]:
    """What axe-core finds on this page, one line for each element."""
    page.evaluate(axe)
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)["violations"]
    return [f"{each['id']}: {node['html'][:200]} {node['failureSummary']}" for each in found for node in each["nodes"]]


@contextlib.contextmanager
def serving(app: Any, port: int) -> Iterator[str]:
    """The address of an application that is served as long as the block runs."""
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", proxy_headers=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.05)
        assert thread.is_alive(), "the server ended"
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()
