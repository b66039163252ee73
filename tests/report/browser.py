"""A real browser for tests: Chromium driven through pipes by its DevTools protocol, without a further package."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from resilience_index.report.page import html
from resilience_index.report.view.model import View

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Browser:
    """One browser with one page at a time. ``requests``, ``console`` and ``faults`` are those of the opened page."""

    def __init__(self, folder: Path, accept: str = "zh-CN") -> None:
        read_end, self._write = os.pipe()
        self._read, write_end = os.pipe()

        def pipes() -> None:
            # The browser reads file 3 and writes file 4; the ends are moved out of their way first.
            ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (read_end, write_end)]
            os.dup2(ends[0], 3)
            os.dup2(ends[1], 4)

        self._process = subprocess.Popen(
            [CHROMIUM or "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
             "--hide-scrollbars", "--force-color-profile=srgb", f"--accept-lang={accept}",
             f"--user-data-dir={folder / 'profile'}", "about:blank"],
            preexec_fn=pipes, close_fds=False,  # noqa: PLW1509 - tests have one thread
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(read_end)
        os.close(write_end)
        self._buffer = b""
        self._last = 0
        self._session: str | None = None
        self.requests: list[str] = []
        self.console: list[str] = []
        target = self._send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self._send(f"{domain}.enable")
        self._send("Performance.enable", timeDomain="threadTicks")

    def close(self) -> None:
        """End the browser."""
        with contextlib.suppress(OSError, AssertionError):
            self._session = None
            self._send("Browser.close")
        self._process.wait(20)
        os.close(self._write)
        os.close(self._read)

    def open(
        self, path: Path, *, width: int = 1280, height: int = 900, fragment: str = "",
        ready: str = "document.body.hasAttribute('data-view')",
    ) -> float:  # fmt: skip
        """Open a file and wait until its script has drawn (until ``ready``); the seconds that took."""
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.send("Page.navigate", url="about:blank")
        self.requests, self.console = [], []
        start = time.perf_counter()
        self.send("Page.navigate", url=path.as_uri() + fragment)
        self.wait(f"document.readyState === 'complete' && document.body && {ready}")
        self.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        return time.perf_counter() - start

    def work(self) -> float:
        """The seconds of processor time that the opened page took so far: not those that other programs took."""
        metrics = self.send("Performance.getMetrics")["metrics"]
        return float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration"))

    def wait(self, condition: str, seconds: float = 20) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + seconds
        while not self.run(f"!!({condition})"):
            assert time.monotonic() < end, f"never true: {condition}"
            time.sleep(0.01)

    def run(self, expression: str) -> Any:
        """The value of an expression in the page (of the promise it gives)."""
        found = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def settle(self) -> None:
        """Let the page draw what was asked of it."""
        self.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def key(self, name: str, code: int, text: str = "") -> None:
        """Press and release a key."""
        more = {"text": text} if text else {}
        for kind in ("keyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=code,
                      **(more if kind == "keyDown" else {}))  # fmt: skip
        self.settle()

    def media(self, scheme: str = "light", kind: str = "") -> None:
        """Ask for a colour scheme, and for print with ``kind``."""
        self.send("Emulation.setEmulatedMedia", media=kind,
                  features=[{"name": "prefers-color-scheme", "value": scheme}])  # fmt: skip

    def picture(self, path: Path, *, whole: bool = True) -> None:
        """A PNG of the page."""
        found = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(found["data"]))

    def pdf(self) -> bytes:
        """The page as it prints."""
        made = self.send("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
        return base64.b64decode(made["data"])

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """A command of the protocol to the page."""
        return self._send(method, **params)

    def _send(self, method: str, **params: Any) -> dict[str, Any]:
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": params}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            found = self._receive()
            if found.get("id") == self._last:
                assert "error" not in found, (method, found["error"])
                return dict(found["result"])
            self._event(found)

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            part = os.read(self._read, 1 << 20)
            assert part, "the browser has gone"
            self._buffer += part
        line, self._buffer = self._buffer.split(b"\0", 1)
        return dict(json.loads(line))

    def _event(self, found: dict[str, Any]) -> None:
        params = found.get("params", {})
        match found.get("method"):
            case "Network.requestWillBeSent":
                self.requests.append(params["request"]["url"])
            case "Log.entryAdded":
                self.console.append(params["entry"]["text"])
            case "Runtime.consoleAPICalled":
                self.console.append(str(params["args"]))
            case "Runtime.exceptionThrown":
                self.console.append(str(params["exceptionDetails"]))


def rows(browser: Browser) -> Any:
    """The rows of the ranking: texts by the names of the columns, small print left out."""
    return browser.run("""(() => {
      const heads = [...document.querySelectorAll('#app .ranking thead th')].map(head => head.dataset.column);
      return [...document.querySelectorAll('#app .ranking tbody tr')].map(row =>
        Object.fromEntries([...row.cells].map((cell, place) => {
          const copy = cell.cloneNode(true);
          copy.querySelectorAll('small').forEach(small => small.remove());
          return [heads[place], copy.textContent.trim()];
        })));
    })()""")


def slide(browser: Browser, weights: Sequence[float]) -> None:
    """Put the sliders on weights, as a hand does."""
    for place, weight in enumerate(weights):
        browser.run(
            f"(() => {{ const one = document.getElementById('w{place}'); one.value = '{weight!r}';"
            "one.dispatchEvent(new Event('input', { bubbles: true })); })()"
        )
    browser.settle()
    browser.settle()


def clean_page(browser: Browser) -> None:
    """Nothing was asked of the network but the file, and nothing was complained about."""
    assert browser.console == []
    assert [address for address in browser.requests if not address.startswith("data:")] == browser.requests[:1]
    assert browser.requests[0].startswith("file:")


def file_of(view: View, folder: Path, language: str = "both") -> Path:
    """A view's page as a file."""
    path = folder / "report.html"
    path.write_bytes(html.render(view, language))
    return path
