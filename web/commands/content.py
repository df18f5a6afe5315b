"""`hitorijanai catalog …`: check the catalogue of help, draw its flows, write it anew from the fact base."""

from __future__ import annotations

from pathlib import Path

import click

from catalog import drawing
from catalog.importing import FactsError, convert
from catalog.loading import load, problems_in
from catalog.model import CATEGORY_IDS, UNDER18
from web.commands.failing import fail, told
from web.settings import Settings


@click.group()
def catalog() -> None:
    """The catalogue of help."""


@catalog.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.pass_obj
def check(settings: Settings, folder: Path | None) -> None:
    """Check every file; print every problem as file:line: sentence."""
    found = problems_in(folder or settings.hitorijanai_catalog)
    if found:
        fail("\n".join(map(str, found)))
    click.echo("問題はありません")


@catalog.command("import")
@click.argument("facts", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.pass_obj
def import_(settings: Settings, facts: Path) -> None:
    """Write the catalogue's files anew from a fact base folder. Corrections that the facts do not hold are lost."""
    try:
        counts = convert(facts, settings.hitorijanai_catalog)
    except FactsError as error:
        fail(str(error))
    for what, count in sorted(counts.items()):
        click.echo(f"{what}: {count}")


@catalog.command()
@click.argument("category", type=click.Choice([*CATEGORY_IDS, UNDER18, "all"]))
@click.option("--format", "shape", type=click.Choice(["svg", "mermaid", "table"]), default="svg", show_default=True)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Write all three into this folder instead."
)
@click.pass_obj
def draw(settings: Settings, category: str, shape: str, out: Path | None) -> None:
    """Draw a flow for a meeting: SVG in pages of A4, Mermaid, or the table of its paths."""
    with told():
        loaded = load(settings.hitorijanai_catalog)
    for id in (*CATEGORY_IDS, UNDER18) if category == "all" else (category,):
        flow = loaded.flows[id]
        if out is None:
            drawn = {
                "svg": lambda flow=flow: drawing.stacked(drawing.pages(flow, loaded)),
                "mermaid": lambda flow=flow: drawing.mermaid(flow, loaded),
                "table": lambda flow=flow: drawing.table(flow, loaded),
            }
            click.echo(drawn[shape](), nl=False)
            continue
        out.mkdir(parents=True, exist_ok=True)
        for old in out.glob(f"{id}-[0-9]*.svg"):
            old.unlink()
        for number, page in enumerate(drawing.pages(flow, loaded), 1):
            (out / f"{id}-{number}.svg").write_text(page, encoding="utf-8")
        (out / f"{id}.mmd").write_text(drawing.mermaid(flow, loaded), encoding="utf-8")
        (out / f"{id}.txt").write_text(drawing.table(flow, loaded), encoding="utf-8")
        click.echo(f"{out}/{id}")
