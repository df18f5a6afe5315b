"""The command `hitorijanai`: serve, talk, classify, train, and keep models and the catalogue in order."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from web.settings import BadSettings, Settings, read


@click.group()
@click.version_option(package_name="hitorijanai")
@click.pass_context
def main(context: click.Context) -> None:
    """ひとりじゃない: a worry in someone's own words leads to the right help."""
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        context.obj = read()
    except BadSettings as error:
        fail(str(error))


def fail(message: str) -> None:
    """Prints what is wrong and ends with status 1."""
    click.echo(message, err=True)
    raise SystemExit(1)


@main.command()
@click.pass_obj
def serve(settings: Settings) -> None:
    """Serve the assistant on HOST and PORT."""
    import waitress

    from catalog.loading import CatalogError
    from web.app import build
    from web.wiring import wire

    try:
        parts = wire(settings)
    except CatalogError as error:
        return fail(str(error))
    if parts.classifier.problem:
        click.echo(f"Without a model, buttons only: {parts.classifier.problem}", err=True)
    click.echo(f"ひとりじゃない  http://{settings.host}:{settings.port}/   (Ctrl+C to stop)")
    waitress.serve(build(parts), host=settings.host, port=settings.port, threads=settings.threads, ident="")


@main.command()
@click.option("--jsonl", is_flag=True, help="One message a line in, one JSON reply a line out; each a new conversation.")
@click.pass_obj
def talk(settings: Settings, jsonl: bool) -> None:
    """Talk with the assistant in the terminal."""
    from assistant.conversation import Conversation
    from catalog.loading import CatalogError
    from web import shapes
    from web.typed import read_typed
    from web.wiring import wire

    try:
        parts = wire(settings)
    except CatalogError as error:
        return fail(str(error))
    for line in sys.stdin if jsonl else iter(lambda: click.prompt("あなた", default="", show_default=False), ""):
        turn = parts.guide.hear(Conversation(), read_typed(line.rstrip("\r\n")).text)
        shape = shapes.reply(turn, parts.signer.sign(turn.conversation), parts.classifier.version)
        click.echo(json.dumps(shape, ensure_ascii=False) if jsonl else in_words(shape))


def in_words(shape: dict) -> str:  # type: ignore[type-arg]
    """A reply as lines to read in a terminal."""
    lines = []
    step = shape["step"]
    for part in (shape["urgent"], step):
        lines += [part["say"]] if part.get("say") else []
        for service in part.get("services", ()):
            numbers = " / ".join(c["number"] for c in service["channels"] if c.get("number"))
            lines.append(f"  ・{service['name']}  {numbers or service['url']}")
    if step["kind"] in ("ask", "check"):
        lines += [step["question"]["ask"], *(f"  ・{o['label']}" for o in step["question"]["options"])]
    lines += [f"  ・{c['label']}" for c in step.get("candidates") or step.get("categories", ())]
    return "\n".join(lines)


@main.command()
@click.option("--jsonl", is_flag=True, required=True, help="One text a line in, one JSON prediction a line out.")
@click.pass_obj
def predict(settings: Settings, jsonl: bool) -> None:
    """The classifier alone."""
    from nlu.classifier import load
    from web.shapes import prediction_alone

    classifier = load(settings.hitorijanai_instance)
    for line in sys.stdin:
        prediction = classifier.predict(line.rstrip("\r\n"))
        if prediction is None:
            return fail(str(classifier.problem))
        click.echo(json.dumps(prediction_alone(prediction), ensure_ascii=False))


@main.command()
@click.option("--data", type=click.Path(path_type=Path), help="Folder with phrases/ (default: training_data).")
@click.option("--out", type=click.Path(path_type=Path), help="Instance folder (default: instance).")
@click.option("--if-missing", is_flag=True, help="Do nothing if a usable model is in use.")
@click.pass_obj
def train(settings: Settings, data: Path | None, out: Path | None, if_missing: bool) -> None:
    """Train on the example phrases. The first model goes into use at once, later ones wait for `promote`."""
    from catalog.model import CATEGORY_IDS
    from nlu import classifier, corpus, instance, training

    settings = settings if data is None else settings.model_copy(update={"hitorijanai_training_data": data})
    home = out or settings.hitorijanai_instance
    if if_missing and classifier.load(home).version:
        return
    try:
        examples = corpus.read_corpus(settings.hitorijanai_training_data, CATEGORY_IDS)
    except corpus.CorpusError as error:
        return fail(str(error))
    with click.progressbar(length=training.FOLDS + 2, label="学習", item_show_func=lambda what: what) as bar:
        trained = training.train(examples, progress=lambda done, total, what: bar.update(done - bar.pos, what))
    registry = instance.registry(home, make_key=True)
    version = registry.save(trained)
    if classifier.load(home).version is None:
        registry.promote(version)
    click.echo(f"{version}  {json.dumps(trained.card['out_of_fold'])}")


@main.command()
@click.pass_obj
def models(settings: Settings) -> None:
    """Stored models; `*` marks the one in use."""
    registry = _registry(settings)
    for version in registry.versions():
        click.echo(f"{'*' if version == registry.current() else ' '} {version}")


@main.command()
@click.argument("version")
@click.pass_obj
def promote(settings: Settings, version: str) -> None:
    """Put a stored model into use."""
    _guarded(lambda: _registry(settings).promote(version))
    click.echo(version)


@main.command()
@click.pass_obj
def rollback(settings: Settings) -> None:
    """Put the model used before back into use."""
    click.echo(_guarded(lambda: _registry(settings).rollback()))


def _registry(settings: Settings):  # type: ignore[no-untyped-def]
    from nlu import instance

    return _guarded(lambda: instance.registry(settings.hitorijanai_instance))


def _guarded(act):  # type: ignore[no-untyped-def]
    from nlu.registry import UnusableModel

    try:
        return act()
    except UnusableModel as error:
        return fail(str(error))


@main.group()
def catalog() -> None:
    """The catalogue of help."""


@catalog.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.pass_obj
def check(settings: Settings, folder: Path | None) -> None:
    """Check every file; print every problem as file:line: sentence."""
    from catalog.loading import problems_in

    found = problems_in(folder or settings.hitorijanai_catalog)
    if found:
        fail("\n".join(map(str, found)))
    click.echo("問題はありません")


@catalog.command("import")
@click.argument("facts", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.pass_obj
def import_(settings: Settings, facts: Path) -> None:
    """Write the catalogue's files anew from a fact base folder."""
    from catalog.importing import convert

    for what, count in sorted(convert(facts, settings.hitorijanai_catalog).items()):
        click.echo(f"{what}: {count}")
