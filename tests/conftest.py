"""What every test may use: no network, a browser, axe, screenshots. tests/settings.py makes the private data folder."""

from __future__ import annotations

import asyncio
import gc
import ipaddress
import os
import re
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from launcher.system import find_chromium

from tests import emptying, ready, serving

# No test asserts a time, and the machine may be busy.
hypothesis.settings.register_profile("house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("house")

ROOT = Path(__file__).resolve().parents[1]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    # Nothing here draws in three dimensions; else half of a browser's work would be a graphics card in software.
    "--disable-gpu",
    "--disable-software-rasterizer",
    # The list takes the place of Playwright's own, whose entries come first. Then what nobody looks at here: for each
    # new window Chromium would start a process that draws the list under its address bar, and one for the next page.
    "--disable-features=AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,"
    "HttpsFirstBalancedModeAutoEnable,LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,"
    "AvoidCorsURLLoaderRestartOnRedirect,OptimizationHints,NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch,"
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,SpareRendererForSitePerProcess",
]
AXE_RUN = """([within, rules]) => axe
    .run(within || document, {runOnly: rules, resultTypes: ["violations"], preload: {assets: ["media"]}})
    .then(found => found.violations)"""
"""Findings only: of what is well, axe would describe every element. Style sheets are not loaded once more: none of
these rules reads them."""
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


ON_BOTH = re.compile(
    r"tests/(core|config)/|/test_\w*(actions|concurrency|deciding|demo|hand_in|loading|moves|queries|refusals|search|"
    r"visibility|withholding)\w*\.py"
)
"""Files whose tests write, lock, load or search: what PostgreSQL may do in another way than SQLite. That every page's
reading works there, too, is shown by the table of roles (tests/test_permissions.py); how pages look in a browser, is
the same."""


LONGEST = {
    "test_whole_life",
    "test_kill",
    "test_serve",
    "test_equality",
    "test_journey",
    "test_main_job",
    "test_weight",
    "test_permissions",
    "test_lists",
}
"""Files that take a minute or more."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screens", action="store_true", help="keep pictures of pages in build/screens")


gc.set_threshold(20_000, 20, 20)  # most of what there is stays: looking for garbage was a tenth of the tests' time


def pytest_collection_finish() -> None:
    """The tests that were read in stay until the end."""
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        once = item.get_closest_marker("slow") or item.get_closest_marker("browser")
        if ON_BOTH.search(item.path.as_posix()) and not once:
            item.add_marker("both")
    # The long files begin first, so that no process is left alone with one of them at the end.
    items.sort(key=lambda item: (item.get_closest_marker("slow") is None, item.path.stem not in LONGEST))
    if "DURE_DATABASE_URL" not in os.environ:
        for item in items:
            if item.get_closest_marker("postgres"):
                item.add_marker(pytest.mark.skip(reason="runs in the pass on PostgreSQL"))


def pytest_itemcollected(item: pytest.Item) -> None:
    """With --fast the launcher names in TEST_EXAMPLES how many examples of a property are enough."""
    most = os.environ.get("TEST_EXAMPLES")
    test: Any = getattr(item, "obj", None)
    if most and hypothesis.is_hypothesis_test(test):
        test = getattr(test, "__func__", test)
        # Where hypothesis looks for a test's own settings, which a profile does not touch.
        own = test._hypothesis_internal_use_settings
        fewer = hypothesis.settings(own, max_examples=min(own.max_examples, int(most)))
        test._hypothesis_internal_use_settings = fewer


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The test database begins as a copy of one that is ready."""
    from django.conf import settings

    test = settings.DATABASES["default"]["TEST"]
    if "sqlite3" in settings.DATABASES["default"]["ENGINE"]:
        shutil.copyfile(ready.sqlite_file(), test["NAME"])
    else:
        test["TEMPLATE"] = ready.postgres_template()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """What was copied is what is migrated and used. The folder, or the server, is gone after the tests."""
    return True


@pytest.fixture(scope="session", autouse=True)
def _quick_between_tests() -> Iterator[None]:
    """What a test has committed is taken out again, and static files are served, without more work than it needs."""
    with pytest.MonkeyPatch.context() as patch:
        emptying.instead_of_flush(patch)
        serving.from_memory(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def _catalogues() -> None:
    """Pages speak as they do in use, also where it was not `./dure test` that began the tests."""
    ready.catalogues()


@pytest.fixture(scope="module")
def for_this_file(
    django_db_setup: None, django_db_blocker: Any
) -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """`with for_this_file():` keeps what is written within it for all tests of the file, which roll back to it; it is
    gone after the file. Not for tests that need a live server or transactions of their own."""
    outer = ExitStack()

    @contextmanager
    def keep() -> Iterator[None]:
        with django_db_blocker.unblock():
            outer.enter_context(_undone())
            yield

    yield keep
    with django_db_blocker.unblock():
        outer.close()


@contextmanager
def _undone() -> Iterator[None]:
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _is_here(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket's path
    host = str(address[0])
    if host in {"localhost", ""}:
        return True
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False


def _is_number(host: str) -> bool:
    """An address that needs no look-up; connecting to it is another matter."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """A test that would reach beyond this machine fails, and says where it wanted to go."""
    patch = pytest.MonkeyPatch()

    def guard(name: str) -> None:
        real = getattr(socket.socket, name)

        def guarded(self: socket.socket, address: Any) -> Any:
            if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_here(address):
                raise AssertionError(f"a test wanted to connect to {address}")
            return real(self, address)

        patch.setattr(socket.socket, name, guarded)

    guard("connect")
    guard("connect_ex")
    real_lookup = socket.getaddrinfo

    def lookup(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name is not None and not _is_here((name,)) and not _is_number(name):
            raise AssertionError(f"a test wanted to look up {name}")
        return real_lookup(host, *args, **kwargs)

    patch.setattr(socket, "getaddrinfo", lookup)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def _driver() -> Iterator[Any]:
    """Playwright with one browser for all files of this process: starting it takes a core for two seconds.

    Its event loop stands in this thread. Between the files that use it nothing sees it, so that asynchronous code of
    other tests runs as if it were not there.
    """
    sync_api = pytest.importorskip("playwright.sync_api")
    playwright = sync_api.sync_playwright().start()
    driver = Driver(playwright, asyncio.get_running_loop())
    asyncio._set_running_loop(None)
    yield driver
    asyncio._set_running_loop(driver.loop)
    if driver.browser:
        driver.browser.close()
    playwright.stop()
    asyncio._set_running_loop(None)


@dataclass
class Driver:
    playwright: Any
    loop: asyncio.AbstractEventLoop
    browser: Any = None

    def opened(self, executable: str) -> Any:
        """The browser; a new one where the last has died."""
        if self.browser is None or not self.browser.is_connected():
            self.browser = self.playwright.chromium.launch(
                executable_path=executable,
                args=CHROMIUM,
            )
        return self.browser


@pytest.fixture(scope="module")
def _chromium(request: pytest.FixtureRequest) -> Iterator[Any]:
    """For the tests of one file: as long as it runs, the browser's event loop keeps every other one out of this
    thread."""
    executable = find_chromium()
    if executable is None:
        pytest.skip("no Chromium here")
    if not (ROOT / "build" / "static").is_dir():
        pytest.skip("build/static is not made: ./dure test makes it")
    driver = request.getfixturevalue("_driver")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "yes")  # Django takes that loop for asynchronous code of ours
        asyncio._set_running_loop(driver.loop)
        yield driver.opened(executable)
        asyncio._set_running_loop(None)


@pytest.fixture
def browse(_chromium: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """`browse(width=360, script=True, language="ko")` opens a page in a browser of its own: no cookies of another.

    A page whose own script fails, or that is refused something by its Content-Security-Policy, fails the test.
    """
    contexts, faults = [], []

    def open_browser(*, width: int = 1280, height: int = 900, script: bool = True, language: str = "ko") -> Any:
        context = _chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            java_script_enabled=script,
            locale={"ko": "ko-KR", "en": "en-GB"}[language],
            timezone_id="Asia/Seoul",
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda message: (
                faults.append(f"{page.url}: {message.text}") if "Content Security Policy" in message.text else None
            ),
        )
        return page

    yield open_browser
    for context in contexts:
        context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def axe() -> Callable[..., None]:
    """`axe(page)` fails with every finding of axe-core on the page as it is now; `axe(page, within="main")` on a part.

    Needs a page with JavaScript on. axe is put in by the browser's own tools, which the page's policy does not bind.
    """

    def check(page: Any, within: str | None = None) -> None:
        if not AXE.exists():
            pytest.skip("node_modules/axe-core is not there: ./dure test installs it")
        page.wait_for_load_state()
        if not page.evaluate("() => 'axe' in window"):
            page.evaluate(AXE.read_text())
        found = page.evaluate(AXE_RUN, [within, AXE_RULES])
        lines = [f"{v['impact']} {v['id']}: {v['help']} — {node['html'][:160]}" for v in found for node in v["nodes"]]
        assert not lines, f"{page.url}\n" + "\n".join(lines)

    return check


@pytest.fixture
def screenshot(request: pytest.FixtureRequest) -> Callable[..., None]:
    """`screenshot(page, "front")` keeps `build/screens/front-360.png` (the page is 360 px wide) where the tests run
    with `--screens`. They are for people to look at; drawing long pages takes a browser longer than making them."""

    def keep(page: Any, name: str, *, full: bool = False) -> None:
        if request.config.getoption("--screens"):
            folder = ROOT / "build" / "screens"
            folder.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=folder / f"{name}-{page.viewport_size['width']}.png", full_page=full)

    return keep
