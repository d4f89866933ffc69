"""A real browser, and a server on this machine that it may ask; every other host is refused."""

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading

import pytest
from playwright.sync_api import Error, sync_playwright

INSTALLED = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"]
QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]


def launch(playwright):
    """Start an installed browser, else the one that Playwright fetches, else say what to install."""
    found = next(filter(None, map(shutil.which, INSTALLED)), None)
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    arguments = [*QUIET, "--disable-component-update", *(["--no-sandbox"] if root else [])]
    if found:
        return playwright.chromium.launch(executable_path=found, args=arguments)
    for channel in ("chrome", "msedge"):  # installed where PATH does not lead, as on Windows and macOS
        try:
            return playwright.chromium.launch(channel=channel, args=arguments)
        except Error:
            continue
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    try:
        return playwright.chromium.launch(args=arguments)
    except Error:
        pytest.fail("The browser tests need Chrome, Chromium or Edge, and none was found: install one of them.")


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address(site):
    """Serve the built site on this machine, and say where."""
    handler = functools.partial(QuietHandler, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass
