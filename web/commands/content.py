"""`hitorijanai catalog …`: check the catalogue of help, draw, export, and write it anew."""

from __future__ import annotations

import json
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import click

from catalog import drawing, exchange, freshness
from catalog.checks_notices import notices
from catalog.checks_services import shown_texts
from catalog.checks_texts import unmarked
from catalog.importing import FactsError, convert
from catalog.loading import FURIGANA, load
from catalog.model import CATEGORY_IDS, UNDER18, ContentPage, Flow, Messages, Record, Service
from catalog.ruby import bare_kanji
from nlu.furigana import Furigana
from web.clock import now
from web.commands.failing import fail, told
from web.settings import Settings

SCHEMAS: dict[str, type[Record]] = {"service": Service, "flow": Flow, "messages": Messages, "page": ContentPage}


@click.group()
def catalog() -> None:
    """The catalogue of help."""


@catalog.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.pass_obj
def check(settings: Settings, folder: Path | None) -> None:
    """Check every file; print every problem as file:line: sentence."""
    today = now().date()
    with told():
        loaded = load(folder or settings.hitorijanai_catalog, today)
    for due in freshness.getting_old(loaded, today):
        click.echo(f"services/{due.service}.yaml: {due.sentence}(お知らせ)", err=True)
    if old := freshness.too_old(loaded, today):
        fail("\n".join(f"services/{due.service}.yaml: {due.sentence}。確かめるか、終わらせてください" for due in old))
    for file, found in groupby(notices(loaded), key=attrgetter("file")):
        click.echo(f"{file}: {'。'.join(notice.sentence for notice in found)}(お知らせ)", err=True)
    if missing := unmarked(loaded):
        click.echo(f"ふりがなのない文が{len(missing)}あります。make furigana で作れます(お知らせ)", err=True)
    if not any((loaded.operator.url, loaded.operator.mail, loaded.operator.post)):
        click.echo("operator.yaml: 運営する団体の連絡先が、まだ書かれていません(お知らせ)", err=True)
    click.echo("問題はありません")


@catalog.command()
@click.pass_obj
def due(settings: Settings) -> None:
    """What a person has to look up next, the gravest first: numbers not confirmed, notes to settle, ages."""
    today = now().date()
    with told():
        loaded = load(settings.hitorijanai_catalog, today)
    heading = None
    for item in freshness.work_list(loaded, today):
        if item.risk != heading:
            heading = item.risk
            click.echo(f"\n■ {freshness.RISKS[heading]}")
        service = loaded.services[item.service]
        click.echo(f"□ {service.name} (services/{service.id}.yaml)\n   {item.sentence}\n   {service.url}")


@catalog.command()
@click.option("--format", "shape", type=click.Choice(exchange.FORMATS), default="json", show_default=True)
@click.pass_obj
def export(settings: Settings, shape: str) -> None:
    """Every service offered today, for other systems: own JSON, HSDS 3.0, CSV for a spreadsheet, schema.org JSON-LD."""
    with told():
        loaded = load(settings.hitorijanai_catalog)
    active = loaded.offered(now().date())
    if shape == "csv":
        click.echo(exchange.as_csv(active), nl=False)
        return
    records = {
        "json": lambda: [exchange.own(service) for service in active],
        "hsds": lambda: [exchange.hsds(service, loaded) for service in active],
        "jsonld": lambda: [exchange.jsonld(service) for service in active],
    }
    click.echo(json.dumps(records[shape](), ensure_ascii=False, indent=1))


@catalog.command()
@click.pass_obj
def furigana(settings: Settings) -> None:
    """Make the furigana of every text anew, by SudachiPy and the corrections of data/furigana.yaml."""
    with told():
        loaded = load(settings.hitorijanai_catalog)
    marks = Furigana.of(correction.marked for correction in loaded.readings)
    made = {text: marks.mark(text) for _, _, text in shown_texts(loaded) if bare_kanji(text)}
    written = json.dumps([made[text] for text in sorted(made)], ensure_ascii=False, indent=0)
    (settings.hitorijanai_catalog / FURIGANA).write_text(written + "\n", encoding="utf-8")
    new = sum(loaded.furigana.get(text) != marked for text, marked in made.items())
    click.echo(f"{len(made)} texts, {new} new or changed")


@catalog.command()
@click.argument("kind", type=click.Choice(sorted(SCHEMAS)))
def schema(kind: str) -> None:
    """The JSON Schema of a data file, for editors that complete keys."""
    click.echo(json.dumps(SCHEMAS[kind].model_json_schema(), ensure_ascii=False, indent=1))


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
    if out is not None:
        (out / "README.md").write_text(drawing.index(loaded, out), encoding="utf-8")
