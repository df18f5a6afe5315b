"""Commands about the classifier: train, evaluate, predict, and which stored model is in use."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from catalog.loading import load as load_catalog
from catalog.model import CATEGORY_IDS, URGENT_KINDS
from catalog.ruby import plain
from nlu import classifier, corpus, danger_corpus, instance
from nlu import report as reporting
from nlu.errors import UnusableModel
from nlu.registry import Registry
from nlu.weights import Trained
from web.commands.failing import fail, told
from web.releasing import Releasing
from web.settings import Settings
from web.shapes import prediction_alone
from web.store import StoreUnavailable
from web.wiring import open_store


@click.command()
@click.option("--jsonl", is_flag=True, required=True, help="One text a line in, one JSON prediction a line out.")
@click.option("--why", is_flag=True, help="Also the words that spoke most for the likeliest category.")
@click.pass_obj
def predict(settings: Settings, jsonl: bool, why: bool) -> None:
    """The classifier alone."""
    model = classifier.load(settings.hitorijanai_instance)
    for line in sys.stdin:
        prediction = model.predict(line.rstrip("\r\n"))
        if prediction is None:
            fail(str(model.problem))
        told_why = {"why": model.why(line, prediction.ranked[0].category)} if why else {}
        click.echo(json.dumps({**prediction_alone(prediction), **told_why}, ensure_ascii=False))


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="Folder with phrases/ (default: training_data).")
@click.option("--out", type=click.Path(path_type=Path), help="Instance folder (default: instance).")
@click.option("--if-missing", is_flag=True, help="Do nothing if a usable model is in use.")
@click.pass_obj
def train(settings: Settings, data: Path | None, out: Path | None, if_missing: bool) -> None:
    """Train on the example phrases. The first model goes into use at once, later ones wait for `promote`."""
    from nlu import training  # scikit-learn: a second that no other command should wait

    home = out or settings.hitorijanai_instance
    in_use = classifier.load(home).version
    if if_missing and in_use is not None:
        return
    with told():
        examples = corpus.read_corpus(data or settings.hitorijanai_training_data, CATEGORY_IDS)
        danger = danger_corpus.read_trained(data or settings.hitorijanai_training_data, URGENT_KINDS)
        with click.progressbar(length=training.STEPS, label="学習", item_show_func=lambda what: what) as bar:
            trained = training.train(
                examples, danger=danger, progress=lambda done, total, what: bar.update(done - bar.pos, what)
            )
        registry = instance.registry(home, make_key=True)
        version = registry.save(trained)
        if in_use is None:
            registry.promote(version)
    click.echo(f"{version}  {json.dumps(trained.card['out_of_fold'])}")


@click.command()
@click.argument("version", required=False)
@click.option("--data", type=click.Path(path_type=Path), help="Folder with held_out/ and hard/.")
@click.option("--json", "as_json", is_flag=True, help="The whole report as JSON.")
@click.option(
    "--report", "out", type=click.Path(path_type=Path, file_okay=False), help="Write report and pictures into a folder."
)
@click.pass_obj
def evaluate(settings: Settings, version: str | None, data: Path | None, as_json: bool, out: Path | None) -> None:
    """Examine a stored model, or the one in use, on held_out/ and hard/. Ends with 1 if a hard case fails."""
    folder = data or settings.hitorijanai_training_data
    with told():
        registry = _registry(settings)
        chosen = version or registry.current()
        if chosen is None:
            fail("使うモデルが、まだありません")
        stored = registry.load(chosen)
        examination = reporting.examine(
            classifier.Model(stored).predict,
            corpus.read_held_out(folder, CATEGORY_IDS),
            corpus.read_hard(folder, CATEGORY_IDS),
        )
        if out is not None:
            _write_report(settings, examination, stored.trained, out)
    report = examination.report
    failed = [one.example for one in examination.failed]
    hard = [f"{case.file}:{case.line}: {case.label}" for case in failed]
    if as_json:
        click.echo(json.dumps({**report.as_json(), "hard_failures": hard}, ensure_ascii=False))
    else:
        click.echo("\n".join(report.lines()))
        click.echo("\n".join(("hard cases that fail:", *hard)) if hard else "every hard case passes")
    raise SystemExit(1 if hard else 0)


@click.command()
@click.pass_obj
def models(settings: Settings) -> None:
    """Stored models; `*` marks the one in use."""
    with told():
        registry = _registry(settings)
        in_use = registry.current()
        for version in registry.versions():
            click.echo(f"{'*' if version == in_use else ' '} {version}")


@click.command()
@click.argument("version")
@click.pass_obj
def promote(settings: Settings, version: str) -> None:
    """Put a stored model into use; on PostgreSQL, on all machines."""
    with told(), _with_the_store(settings) as releasing:
        releasing.registry.promote(version)
        click.echo(version)
        releasing.tell(version, actor=None)


@click.command()
@click.pass_obj
def rollback(settings: Settings) -> None:
    """Put the model used before back into use; on PostgreSQL, on all machines."""
    with told(), _with_the_store(settings) as releasing:
        leaving = releasing.registry.current()
        if leaving is None:
            raise UnusableModel("もどせる、前のモデルがありません")
        click.echo(releasing.roll_back(leaving, actor=None))


@contextmanager
def _with_the_store(settings: Settings) -> Iterator[Releasing]:
    """To move the pointer with. It moves here without a database too, and then it is said what is left to do."""
    registry = _registry(settings)
    before, store = registry.current(), open_store(settings)
    releasing = Releasing.of(settings, store, registry)
    try:
        yield releasing
    except StoreUnavailable:
        version = registry.current()
        done = f"{version} に替わりました。" if version != before else f"{version} のままです。"
        left = (
            "データベースに届かないので、ほかの機械には伝わっていません。この機械も元にもどるかもしれません。"
            f"届くようになったら hitorijanai promote {version} を実行してください。"
        )
        fail(done + (left if releasing.shared else "データベースに届かないので、記録には残っていません。"))
    finally:
        store.close()


def _write_report(settings: Settings, examination: reporting.Examination, trained: Trained, out: Path) -> None:
    from nlu import certainty, danger_training
    from nlu.model_card import Rules

    labels = {category.id: plain(category.label) for category in load_catalog(settings.hitorijanai_catalog).categories}
    names = {id: labels[id] for id in CATEGORY_IDS} | {corpus.NONE: "どれでもない"}
    rules = Rules(certainty.SURE_TARGET, certainty.FOLD_TARGET, certainty.LOWEST_SURE, danger_training.FALSE_ALARMS)
    out.mkdir(parents=True, exist_ok=True)
    for name, text in reporting.files(examination, trained, names, rules).items():
        (out / name).write_text(text, encoding="utf-8")


def _registry(settings: Settings) -> Registry:
    return instance.registry(settings.hitorijanai_instance)
