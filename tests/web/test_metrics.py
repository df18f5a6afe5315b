"""Counts for operators: closed sets of labels, hours for what people needed, nothing on the public address."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import create_environ

from tests.support.server_process import server_process
from web import metrics
from web.app import build
from web.settings import ROOT
from web.synthetic import HEADER
from web.wiring import Parts

DASHBOARD = ROOT / "deploy" / "grafana" / "hitorijanai.json"
GUNICORN = (sys.executable, "-m", "gunicorn", "-c", str(ROOT / "deploy" / "gunicorn.conf.py"))


ODD = 10_000 if os.environ.get("FULL_NUMBERS") else 1_000


def value(name: str, **labels: str) -> float:
    return metrics.registry.get_sample_value(name, labels) or 0.0


def series(parts: Parts) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in metrics.scraped(parts).collect()
        for sample in family.samples
    }


def test_a_request_is_counted_by_route_method_and_class_of_status(app: Flask) -> None:
    labels = {"endpoint": "reading.service", "method": "GET", "status": "2xx"}
    before = value("hitorijanai_requests_total", **labels)
    timed = value("hitorijanai_request_seconds_count", endpoint="reading.service")
    app.test_client().get("/services/yorisoi-hotline")
    assert value("hitorijanai_requests_total", **labels) == before + 1
    assert value("hitorijanai_request_seconds_count", endpoint="reading.service") == timed + 1


@pytest.mark.parametrize(("status", "reason"), [(429, "limited"), (503, "shed"), (413, "too-big")])
def test_what_was_refused_is_counted_by_reason(parts: Parts, status: int, reason: str) -> None:
    app = build(parts)
    app.view_functions["chat.start"] = lambda: ("", status)
    before = value("hitorijanai_refused_total", reason=reason)
    app.test_client().get("/")
    assert value("hitorijanai_refused_total", reason=reason) == before + 1


def test_ten_thousand_odd_addresses_make_no_new_series(parts: Parts) -> None:
    """A thousand in a run; all of them with FULL_NUMBERS in the environment."""
    app = Flask("odd")
    metrics.install(app)
    app.add_url_rule("/services/<id>", "service", lambda id: ("", 404))

    def ask(method: str, path: str, **more: str) -> None:
        asked = create_environ(path) | {"REQUEST_METHOD": method, **more}
        b"".join(app(asked, lambda status, headers: None))

    for method in ("GET", "POST", "PUT"):
        ask(method, "/services/first")
        ask(method, "/first")
    before = series(parts).keys()
    for number in range(ODD):
        path = f"/{'services/' if number % 2 else ''}家賃{number}?q={number}"
        method = ("GET", "POST", "PUT", f"ODD{number}")[number % 4]
        ask(method, path, HTTP_USER_AGENT=f"odd {number}", HTTP_X_FORWARDED_FOR=f"203.0.113.{number % 250}")
    assert series(parts).keys() == before
    answered = sum(number for (name, labels), number in series(parts).items() if name == "hitorijanai_requests_total")
    assert answered >= ODD


def test_labels_hold_names_of_the_code_and_nothing_else(app: Flask, parts: Parts) -> None:
    client = app.test_client()
    client.post("/say", data={"text": "家賃が払えません"})
    client.open("/家賃", method="家賃")
    for name, labels in series(parts):
        assert re.fullmatch(r"hitorijanai_[a-z0-9_]+", name)
        for label, given in labels:
            assert re.fullmatch(r"[A-Za-z0-9_.+-]*", given), (name, label, given)
            assert label in ("endpoint", "method", "status", "le", "reason", "step", "understood", "level", "state",
                             "version", "model", "catalog")  # fmt: skip


def test_no_series_tells_when_it_began(app: Flask, parts: Parts) -> None:
    app.test_client().get("/")
    assert not [name for name, _ in series(parts) if name.endswith("_created")]


def test_what_people_needed_is_told_when_the_hour_is_over(parts: Parts) -> None:
    hour = [7]
    app = build(parts)
    metrics.install(app, hour=lambda: hour[0])
    app.after_request_funcs[None].pop(0)  # the one that build installed
    client = app.test_client()

    def told() -> dict[tuple[str, ...], float]:
        return {
            (name, *(given for _, given in labels)): number
            for (name, labels), number in series(parts).items()
            if name in ("hitorijanai_answers_total", "hitorijanai_danger_total")
        }

    before = told()
    client.post("/say", data={"text": "いま薬を全部飲んだ"})
    client.post("/api/v1/messages", json={"text": "離婚したいです"})
    client.post("/choose", data={"category": "work"})
    client.get("/livez")
    assert told() == before
    hour[0] = 8
    client.get("/livez")
    after = told()
    more = {key: number - before.get(key, 0) for key, number in after.items() if number != before.get(key)}
    assert more[("hitorijanai_danger_total", "4")] == 1
    assert more[("hitorijanai_danger_total", "0")] == 1
    assert more[("hitorijanai_answers_total", "ask", "button")] == 1
    assert sum(number for (name, *_), number in more.items() if name == "hitorijanai_answers_total") == 3


def test_the_synthetic_person_the_same_step_again_and_empty_texts_are_no_answers(parts: Parts) -> None:
    app = build(parts)
    client = app.test_client()
    client.post("/say", data={"text": "家賃が払えません"}, headers={HEADER: "1"})
    client.post("/look", data={})
    client.post("/say", data={"text": "。"})
    client.get("/")
    assert not app.extensions["hourly"]._held
    client.post("/say", data={"text": "家賃が払えません"})
    assert len(app.extensions["hourly"]._held) == 2


def test_how_the_parts_stand_is_told_when_asked(parts: Parts) -> None:
    told = {name: number for (name, labels), number in series(parts).items() if not labels}
    assert told["hitorijanai_model_up"] == told["hitorijanai_ready"] == 1
    assert told["hitorijanai_services"] == len(parts.catalog.services)
    assert "hitorijanai_redis_up" not in told
    info = next(dict(labels) for name, labels in series(parts) if name == "hitorijanai_info")
    assert info["model"] == parts.classifier.version


def test_the_dashboard_shows_what_is_told_and_all_of_it(app: Flask, parts: Parts) -> None:
    app.test_client().get("/")
    metrics.REFUSED.labels("limited")
    metrics.STEPS.labels("ask", "sure")
    metrics.DANGER.labels("0")
    names = {name for name, _ in series(parts)} | {"hitorijanai_redis_up"}
    queries = [
        target["expr"]
        for panel in json.loads(DASHBOARD.read_text("utf-8"))["panels"]
        for target in panel.get("targets", ())
    ]
    shown = {name for query in queries for name in re.findall(r"hitorijanai_\w+", query)}
    assert shown <= names
    assert names - shown <= {"hitorijanai_request_seconds_sum", "hitorijanai_services"}


def test_processes_of_gunicorn_count_together_on_a_port_of_its_own(small: Path, tmp_path: Path) -> None:
    together = tmp_path / "counts"
    together.mkdir()
    with server_process(
        tmp_path / "server",
        None,
        command=GUNICORN,
        HITORIJANAI_CATALOG=str(small),
        WEB_CONCURRENCY="2",
        PROMETHEUS_MULTIPROC_DIR=str(together),
    ) as running:
        for _ in range(40):
            urllib.request.urlopen(f"{running.address}/numbers", timeout=30).read()
        told = counted(running.metrics(), "hitorijanai_requests_total", endpoint="numbers.page")
        assert told == 40
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{running.address}/metrics", timeout=30)
        pids = workers(running.process.pid)
        assert len(pids) == 2
        teller = listener(pids, running.metrics_port)
        os.kill(teller, 9)
        end = time.monotonic() + 60
        while True:  # another process tells the counts of all, those of the one that is gone too
            try:
                assert counted(running.metrics(), "hitorijanai_requests_total", endpoint="numbers.page") == 40
                break
            except OSError:
                assert time.monotonic() < end
                time.sleep(0.05)


def counted(text: str, name: str, **labels: str) -> float:
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


def workers(master: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(master)], capture_output=True, text=True, check=True)
    return [int(pid) for pid in found.stdout.split()]


def listener(pids: list[int], port: int) -> int:
    """The process that holds the port."""
    entry = f"0100007F:{port:04X}"
    inodes = {line.split()[9] for line in Path("/proc/net/tcp").read_text().splitlines() if line.split()[1] == entry}
    for pid in pids:
        for file in Path(f"/proc/{pid}/fd").iterdir():
            if any(f"socket:[{inode}]" == os.readlink(file) for inode in inodes - {"0"}):
                return pid
    raise AssertionError("nobody listens")
