"""`hitorijanai worker` and `hitorijanai candidates …`: trainings apart from requests, and what came of them."""

from __future__ import annotations

import os
import time
from datetime import date

import click

from nlu import instance
from nlu.registry import clear_leftovers
from web import learning, logs
from web.clock import now
from web.commands.failing import fail, told
from web.replicas import Follower
from web.settings import Settings
from web.store import Store, StoreUnavailable
from web.store.jobs import Job
from web.wake import Wake
from web.wiring import open_store

LOOK_EVERY_SECONDS = 2.0
LEFTOVERS_SECONDS = 24 * 3600
NICE = 10
"""Trainings step back before whatever answers people."""
log = logs.get("worker")


@click.command()
@click.option("--once", is_flag=True, help="Do what is due, the day's upkeep and a training, and end.")
@click.option("--no-training", is_flag=True, help="Only fetch released models from the store (a replica).")
@click.pass_obj
def worker(settings: Settings, once: bool, no_training: bool) -> None:
    """Train whenever somebody asks for it in the console, and keep the database once a day; on PostgreSQL also fetch
    what is released elsewhere."""
    logs.start()
    store = open_store(settings)
    wake = Wake("" if no_training else settings.redis_url, every=LOOK_EVERY_SECONDS)
    follower = None
    if settings.database_url.startswith("postgresql") and not once:
        with told():
            follower = Follower(store, instance.registry(settings.hitorijanai_instance)).start()
    try:
        tidied: date | None = None
        while True:
            if tidied != (tidied := now().date()):
                clear_leftovers(settings.hitorijanai_instance / "models", before=time.time() - LEFTOVERS_SECONDS)
            _keep_up(store)
            if not no_training:
                _train_if_due(settings, store)
            if once:
                return
            wake.wait()
    except KeyboardInterrupt:
        return
    finally:
        if follower is not None:
            follower.stop()
        store.close()


@click.group()
def candidates() -> None:
    """Trained models that may go into use. Releasing one needs a person who is signed in to the console."""


@candidates.command()
@click.pass_obj
def train(settings: Settings) -> None:
    """Train on the phrases and the accepted verdicts, here and now, and show the candidate to the gate.

    Ends with 1 if the gate refuses it, with every reason.
    """
    store = open_store(settings)
    try:
        learning.ask(store, None)
        job = _run(settings, store)
        if job is None:
            fail("Another process is training. `hitorijanai candidates list` shows what comes of it.")
        _tell(store, job)
    except StoreUnavailable as error:
        fail(f"The database cannot be used: {error.cause}.")
    finally:
        store.close()


@candidates.command("list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """Candidates, the newest first: version, state, day, and how many reasons the gate has against it."""
    store = open_store(settings)
    try:
        for one in store.candidates.list():
            click.echo(f"{one.version}  {one.state:<9}  {one.trained_at:%Y-%m-%d}  {len(one.gate['reasons'])}")
    except StoreUnavailable as error:
        fail(f"The database cannot be used: {error.cause}.")
    finally:
        store.close()


def _keep_up(store: Store) -> None:
    """Does what has to happen every day, unless somebody has."""
    from web.upkeep import upkeep_if_due  # noqa: PLC0415 — brings the console with it

    try:
        job = upkeep_if_due(store, now())
    except StoreUnavailable as error:
        click.echo(f"The database cannot be used: {error.cause}.", err=True)
        return
    if job is not None and job.state == "failed":
        log.warning("deleted bytes are still in the log of the database", job=job.id)


def _train_if_due(settings: Settings, store: Store) -> None:
    """Looks whether a training is due before the trainer is loaded: a worker mostly waits."""
    try:
        if learning.open_job(store) is None:
            return
        os.nice(max(0, NICE - os.nice(0)))
        job = _run(settings, store)
    except StoreUnavailable as error:
        click.echo(f"The database cannot be used: {error.cause}.", err=True)
        return
    if job is not None:
        click.echo(f"job {job.id}: {job.state}")


def _run(settings: Settings, store: Store) -> Job | None:
    from catalog.loading import load as load_catalog  # noqa: PLC0415 — only where a training is due
    from web.training_job import TrainingJob  # noqa: PLC0415 — scikit-learn

    with told():
        registry = instance.registry(settings.hitorijanai_instance, make_key=True)
        work = TrainingJob(settings, load_catalog(settings.hitorijanai_catalog), store, registry)
    return work.run_next()


def _tell(store: Store, job: Job) -> None:
    result = job.result if isinstance(job.result, dict) else {}
    if job.state != "done":
        fail(str(result.get("problem", job.state)))
    version = result["version"]
    found = store.candidates.by_version(version)
    reasons = found.gate["reasons"] if found else []
    click.echo(f"{version}  {found.state if found else ''}")
    if reasons:
        fail("\n".join(reason["say"] for reason in reasons))
