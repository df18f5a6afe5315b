"""Out to files and in from files, for leads: what was labelled, and new example phrases."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping

from flask import Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from nlu.corpus import CorpusError
from web.console import blueprint, exporting, importing
from web.console.access import allowed, now, person, signed_in
from web.console.errors import Refused
from web.console.reviewing import names_of, veiled
from web.parts import parts
from web.store.queue import Filter

NAV = (("console.exchange", "書き出し・読みこみ", ("lead",)),)
FILES: Mapping[str, tuple[str, str, str]] = {
    "csv": ("phrases.csv", "text/csv", "表計算のための表(CSV)。文と分類。"),
    "jsonl": ("phrases.jsonl", "application/jsonl", "プログラムのための一覧(JSONL)。文と分類。"),
    "datasheet": ("datasheet.md", "text/markdown", "このデータの説明書。配るときは、いつもそえてください。"),
    "reviewed": (
        "reviewed.zip",
        "application/zip",
        "training_data/reviewed に入れる、分類ごとのファイル。学習に使える文だけが入ります。",
    ),
}
"""What can be taken: file name, type and what it is."""
SHOWN = 20
IMPORT_BODY = importing.MOST_BYTES + 1_000_000
STYLE = "given"
IMPORTS = ("console.import_look", "console.import_files")


def widen() -> None:
    """The two forms that carry a whole file may be as large as one, from people who are signed in and before anything
    of it is read; all others keep the smaller measure."""
    if request.endpoint in IMPORTS and signed_in() is not None:
        request.max_content_length = request.max_form_memory_size = 3 * IMPORT_BODY


@blueprint.get("/exchange")
@allowed("lead")
def exchange() -> ResponseReturnValue:
    """What can be taken, with a look at it, and the way to import."""
    store, done = parts().store, Filter(state="done")
    return render_template(
        "console/exchange.html",
        files=FILES,
        size=store.queue.size(done, for_person=None),
        phrases=store.queue.find(done, for_person=person(), limit=SHOWN),
        names=names_of(parts().catalog),
        veiled=veiled,
    )


@blueprint.post("/exchange/<kind>")
@allowed("lead")
def export(kind: str) -> ResponseReturnValue:
    """A file with what was labelled; that it was taken is put into the audit."""
    if kind not in FILES:
        abort(404)
    store, names = parts().store, names_of(parts().catalog)
    rows = exporting.labelled(store)
    if kind == "csv":
        content = exporting.as_csv(rows, names)
    elif kind == "jsonl":
        content = exporting.as_jsonl(rows)
    elif kind == "datasheet":
        content = exporting.datasheet(store, rows, names, today=now().date()).encode()
    else:
        rows, content = _reviewed()
    file, type, _ = FILES[kind]
    taken = {"phrases": len(rows), "sha256": hashlib.sha256(content).hexdigest()}
    store.audit.append("export", f"file:{file}", actor=person().id, after=taken)
    return _download(content, file, type)


def _reviewed() -> tuple[tuple[exporting.Labelled, ...], bytes]:
    folder = parts().settings.hitorijanai_training_data
    try:
        rows = exporting.learnable(parts().store, folder)
    except CorpusError as error:
        raise Refused(409, "faulty-data", _faulty(error)) from None
    return rows, exporting.as_zip(exporting.reviewed_files(rows, folder))


def _faulty(error: CorpusError) -> str:
    first, more = error.problems[0], len(error.problems) - 1
    told = f"ほかに{more}つあります。" if more else ""
    return f"training_data にまちがいがあるので、書き出せません。先に直してください。{first}。{told}"


@blueprint.get("/import")
@allowed("lead")
def import_form() -> ResponseReturnValue:
    """The form for a file of new example phrases."""
    return _import_page(None)


@blueprint.post("/import")
@allowed("lead")
def import_look() -> ResponseReturnValue:
    """Everything that is in a file and everything that is wrong with it. Nothing is kept."""
    given = request.files.get("file")
    if given is None or not given.filename:
        return _import_page(None, missing=True), 400
    with given.stream:
        content = given.stream.read(importing.MOST_BYTES + 1)
    looked = _look(content, given.filename)
    return _import_page(looked, name=given.filename), 200 if looked.usable else 422


@blueprint.post("/import/files")
@allowed("lead")
def import_files() -> ResponseReturnValue:
    """The texts to put at the end of the phrase files, all of them or none; the audit keeps how many."""
    looked = importing.look(
        request.form.get("content", "").encode(errors="replace"),
        name="phrases.csv",
        label="",
        labels=names_of(parts().catalog),
        there=_there(),
    )
    if not looked.usable:
        return _import_page(looked, name="phrases.csv"), 422
    content = exporting.as_zip(importing.appended(looked.phrases, style=_style()))
    counted = Counter(new.label for new in looked.phrases)
    taken = {"phrases": dict(sorted(counted.items())), "sha256": hashlib.sha256(content).hexdigest()}
    parts().store.audit.append("import phrases", "file:phrases.zip", actor=person().id, after=taken)
    return _download(content, "phrases.zip", "application/zip")


def _look(content: bytes, name: str) -> importing.Looked:
    labels = names_of(parts().catalog)
    label = request.form.get("label", "")
    return importing.look(content, name=name, label=label if label in labels else "", labels=labels, there=_there())


def _there() -> importing.Known:
    return importing.known(parts().settings.hitorijanai_training_data)


def _style() -> str:
    style = request.form.get("style", "")
    return style if importing.STYLE.fullmatch(style) else STYLE


def _import_page(looked: importing.Looked | None, *, name: str = "", missing: bool = False) -> str:
    names = names_of(parts().catalog)
    return render_template(
        "console/import.html",
        looked=looked,
        name=name,
        missing=missing,
        names=names,
        style=_style(),
        counted=Counter(new.label for new in looked.phrases) if looked else {},
        content=importing.as_csv(looked.phrases) if looked and looked.usable else "",
        most=importing.MOST_LINES,
    )


def _download(content: bytes, name: str, type: str) -> Response:
    response = current_app.response_class(content, mimetype=type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
