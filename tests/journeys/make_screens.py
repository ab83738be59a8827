"""Makes the pictures in docs/screens: `python -m tests.journeys.make_screens [FOLDER]`, by hand, when the look changed.

A whole installation with real data and demo content, opened in Chromium as anybody, and the desk as a demo official.
"""

from __future__ import annotations

import io
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from launcher.system import find_chromium
from PIL import Image
from playwright.sync_api import sync_playwright

from tests.config.installation import ROOT, Installation

WIDTHS = (360, 1280)
TALLEST = {360: 1600, 1280: 1400}
LARGEST = 150 * 1024
OFFICIAL = "official-1@demo.example"


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
        one.close()
        installation = Installation(Path(data), more={"DURE_DEMO": "yes"})
        installation.manage("prepare", "--demo")
        argv = [sys.executable, "-m", "dure.config.server", "web", "--port", str(port)]
        server = subprocess.Popen(argv, env=installation.env(DURE_WORKERS="1"))
        try:
            _until_it_answers(server, port)
            _pictures(f"http://localhost:{port}", folder)
        finally:
            server.terminate()
            server.wait(30)


def _until_it_answers(server: subprocess.Popen[bytes], port: int) -> None:
    for _try in range(900):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit("the server does not answer")


def _pictures(site: str, folder: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for width in WIDTHS:
            anybody = _page(browser, site, width)
            anybody.goto("/")
            _keep(anybody, folder / f"front-{width}.png")
            anybody.goto("/library/")
            _keep(anybody, folder / f"library-{width}.png")
            anybody.goto("/collaborations/?q=종합병원")
            anybody.locator("main a[href*='/collaborations/C-']").first.click()
            anybody.wait_for_url("**/collaborations/C-*/")
            _keep(anybody, folder / f"collaboration-{width}.png")
            official = _page(browser, site, width)
            _sign_in(official)
            official.goto("/desk/")
            _keep(official, folder / f"desk-{width}.png")
        browser.close()


def _page(browser: Any, site: str, width: int) -> Any:
    context = browser.new_context(
        base_url=site, viewport={"width": width, "height": 900}, locale="ko-KR", timezone_id="Asia/Seoul"
    )
    return context.new_page()


def _sign_in(page: Any) -> None:
    """As a visitor of the demonstration does: the pages show the password and the code."""
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(OFFICIAL)
    page.locator("[name=password]").fill(page.locator("main strong").first.inner_text())
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/2fa/**")
    page.locator("[name=code]").fill(page.locator(".notice strong").last.inner_text())
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "2fa" not in url)


def _keep(page: Any, path: Path) -> None:
    """The page from its top, as far as TALLEST, in as many colours as fit into LARGEST bytes."""
    width = page.viewport_size["width"]
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, TALLEST[width])))
    for colours in (256, 128, 64, 32, 16):
        kept = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(kept, "PNG", optimize=True)
        if kept.tell() <= LARGEST:
            path.write_bytes(kept.getvalue())
            print(f"{path.name}: {kept.tell():,} bytes, {colours} colours")
            return
    raise SystemExit(f"{path.name} stays larger than {LARGEST:,} bytes")


if __name__ == "__main__":
    main()
