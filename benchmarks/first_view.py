"""The first view on an old phone and a slow line: 400 kbit/s, 400 ms a round trip, CPU 6 × slower.

Prints first and largest contentful paint and the bytes of the first view. Needs Chromium (Debian's package).
Run: python -m benchmarks.first_view
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from waitress.server import create_server

from web.app import build
from web.settings import Settings
from web.wiring import wire

RUNS = 5
PATHS = ("/", "/under18", "/numbers", "/services")
LINE = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
PAINTS = """() => new Promise(done => {
  new PerformanceObserver(list => {
    const largest = list.getEntries().at(-1).startTime;
    const first = performance.getEntriesByName('first-contentful-paint')[0].startTime;
    done([first, largest]);
  }).observe({type: 'largest-contentful-paint', buffered: true});
})"""


def main() -> None:
    """Serves in this process and visits each page RUNS times, each time as a new visitor."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database_url=f"sqlite:///{Path(folder) / 'store.sqlite'}")
        server = create_server(build(wire(settings)), host="127.0.0.1", port=0, threads=4)
        threading.Thread(target=server.run, daemon=True).start()
        lines = ["| page | first paint s | largest paint s | bytes over the line |", "|---|---|---|---|"]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
            )
            for path in PATHS:
                seen = []
                for _ in range(RUNS):
                    context = browser.new_context(viewport={"width": 360, "height": 740}, bypass_csp=True)
                    seen.append(_visit(context.new_page(), f"http://127.0.0.1:{server.effective_port}{path}"))
                    context.close()
                first, largest, size = (statistics.median(column) for column in zip(*seen, strict=True))
                lines.append(f"| {path} | {first / 1000:.2f} | {largest / 1000:.2f} | {size:,.0f} |")
            browser.close()
        server.close()
    sys.stdout.write("\n".join(lines) + "\n")


def _visit(page: Page, url: str) -> tuple[float, float, float]:
    wire_of = page.context.new_cdp_session(page)
    wire_of.send("Network.enable")
    wire_of.send("Network.emulateNetworkConditions", LINE)
    wire_of.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    received: list[float] = []
    wire_of.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.goto(url)
    first, largest = page.evaluate(PAINTS)
    return first, largest, sum(received)


if __name__ == "__main__":
    main()
