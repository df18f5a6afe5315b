"""`hitorijanai nlu …`: what is learnt from."""

from __future__ import annotations

from pathlib import Path

import click

from catalog.loading import load as load_catalog
from catalog.model import CATEGORY_IDS, URGENT_KINDS
from catalog.ruby import plain
from nlu import corpus, danger_corpus
from nlu.corpus_check import check as checked
from web.commands.failing import fail, told
from web.settings import Settings
from web.store import StoreUnavailable
from web.wiring import open_store


@click.group()
def nlu() -> None:
    """The phrases that are learnt from."""


@nlu.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.pass_obj
def check(settings: Settings, folder: Path | None) -> None:
    """Check every file of phrases; print counts, and every problem as file:line: sentence."""
    home = folder or settings.hitorijanai_training_data
    with told():
        examples = corpus.read_corpus(home, CATEGORY_IDS)
        held_out = corpus.read_held_out(home, CATEGORY_IDS)
        danger = danger_corpus.read_trained(home, URGENT_KINDS)
    labels = {category.id: plain(category.label) for category in load_catalog(settings.hitorijanai_catalog).categories}
    found = checked(examples, held_out, labels)
    click.echo(f"{'label':<24}{'phrases':>8}{'with label words':>18}{'near pairs':>12}  styles")
    for count in found.counts:
        styles = " ".join(f"{style} {number}" for style, number in count.styles)
        click.echo(f"{count.label:<24}{count.phrases:>8}{count.with_label_words:>17.0%} {count.near:>12}  {styles}")
    levels = [sum(example.level == level for example in danger) for level in range(5)]
    click.echo(
        f"phrases {len(examples.examples)}, calibration {len(examples.calibration)}, held_out {len(held_out)}, "
        f"danger by level 0 to 4: {' '.join(map(str, levels))}"
    )
    if found.problems:
        fail("\n".join(found.problems))
    click.echo("問題はありません")


@nlu.command("export-reviewed")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Default: training_data/reviewed.")
@click.pass_obj
def export_reviewed(settings: Settings, out: Path | None) -> None:
    """Write the accepted verdicts that may be learnt from into one file for each label, so that git can keep them.

    What stands in training_data/reviewed already stays.
    """
    from web.console.exporting import learnable, reviewed_files  # noqa: PLC0415 - brings the console with it

    folder = out or settings.hitorijanai_training_data / "reviewed"
    store = open_store(settings)
    try:
        with told():
            rows = learnable(store, settings.hitorijanai_training_data)
        files = reviewed_files(rows, settings.hitorijanai_training_data)
    except StoreUnavailable as error:
        fail(f"The database cannot be used: {error.cause}.")
    finally:
        store.close()
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8", newline="\n")
    click.echo(f"{len(files)} files in {folder}")
