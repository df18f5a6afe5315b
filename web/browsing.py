"""All services to look through and to search. Filters stand in the address, a person's words never do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from assistant.reply import Urgent
from catalog.hours import LIVE, Moment, state
from catalog.model import Catalog, Category, Service
from web.errors import SHOWN_FROM
from web.parts import parts
from web.rendering import CHANNEL_NAMES, notice_text
from web.search_terms import LANGUAGES, Field
from web.searching import Found, index_of
from web.typed import read_typed
from web.ways import WAYS, has

blueprint = Blueprint("browsing", __name__)

MAX_SHOWN = 20
"""Results of a search on the page."""
WEB = "web"
"""A way to reach a service beside the ways of talking to one: to read and to ask on its page."""
KINDS = ("window", "program")
LET_GO = ("now", "kind", "lang", "way", "category")
"""Where filters leave nothing, they are let go in this order, as few as will do."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter. `lang`: the language in which its label is written, if not Japanese."""

    value: str
    label: str
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter as it is shown; its name is that in the address and in the form."""

    name: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A service as a line of the list. `what`: the first sentence. `ways`: the kinds of channel, by their names."""

    service: Service
    what: str
    ways: tuple[str, ...]
    open: bool
    fields: tuple[Field, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """The services of one category; `also`: those that stand in full in the section of another one."""

    category: Category
    entries: tuple[Entry, ...]
    also: tuple[Service, ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the filters leave. `let_go`: names of filters that were not applied, since nothing was left with them."""

    found: tuple[Found, ...]
    let_go: tuple[str, ...] = field(default=())


@blueprint.get("/services")
def services() -> Response:
    """All services offered today by category, or those that fit the filters in the address."""
    catalog, moment = parts().catalog, parts().guide.moment()
    chosen, known = _chosen(request.args)
    by_name = sorted(catalog.offered(moment.now.date()), key=lambda service: (service.kana, service.id))
    kept = _keep(tuple(Found(service, ()) for service in by_name), chosen, moment)
    return _page(
        chosen=chosen,
        notices=() if known else ("services_unknown",),
        let_go=_labels(kept.let_go, chosen),
        sections=_sections(catalog, kept.found, moment, None if "category" in kept.let_go else chosen.get("category")),
        count=len(kept.found),
    )


@blueprint.route("/services/search", methods=["GET", "POST"])
def search() -> Response:
    """The services that answer a person's words, the best first, after help if the words call for it."""
    if request.method == "GET":
        return redirect(url_for("browsing.services"), code=303)  # type: ignore[return-value]
    catalog, guide = parts().catalog, parts().guide
    typed = read_typed(request.form.get("q", ""))
    urgent = guide.help_for(typed.text)
    urgent = urgent if urgent.level >= SHOWN_FROM else Urgent()
    chosen, known = _chosen(request.form)
    notices: tuple[str, ...] = () if known else ("services_unknown",)
    if typed.unreadable or (not request.form and request.content_length):
        return _page(urgent=urgent, chosen=chosen, said=("bad-text",), nothing=True)
    moment = guide.moment()
    offered = {service.id for service in catalog.offered(moment.now.date())}
    found = tuple(one for one in index_of(catalog).search(typed.text) if one.service.id in offered)
    if not found:
        notices += ("services_nothing" if typed.text.strip() else "services_empty",)
    if any(one.mistyped for one in found):
        notices += ("services_mistyped",)
    kept = _keep(found, chosen, moment)
    return _page(
        urgent=urgent,
        chosen=chosen,
        typed=typed.text,
        said=("shortened",) if typed.shortened else (),
        notices=notices,
        let_go=_labels(kept.let_go, chosen),
        results=tuple(_entry(one, moment) for one in kept.found[:MAX_SHOWN]),
        nothing=not found,
    )


def _page(
    *,
    urgent: Urgent | None = None,
    said: tuple[str, ...] = (),
    notices: tuple[str, ...] = (),
    **shown: object,
) -> Response:
    here = parts()
    urgent = urgent or Urgent()
    sentences = [notice_text(here.catalog, notice) for notice in said] + [
        str(getattr(here.catalog.messages, notice)) for notice in notices
    ]
    html = render_template(
        "services.html",
        urgent=urgent,
        alone=urgent.level == 4,
        notices=sentences,
        filters=_filters(here.catalog),
        categories=here.catalog.categories,
        human_line=here.catalog.named(here.catalog.human_line.services),
        moment=here.guide.moment(),
        **shown,
    )
    return make_response(html)


def _filters(catalog: Catalog) -> tuple[Filter, ...]:
    words = catalog.messages
    spoken = {code for service in catalog.active() for code in service.languages}
    choices = {
        "category": [Choice(category.id, category.label) for category in catalog.categories],
        "way": [
            *(Choice(way, getattr(catalog.messages, f"way_{way}")) for way in WAYS),
            Choice(WEB, words.services_way_web),
        ],
        "lang": [Choice(code, name, code) for code, (name, _) in LANGUAGES.items() if code in spoken],
        "kind": [Choice(kind, getattr(words, f"services_kind_{kind}")) for kind in KINDS],
        "now": [Choice("1", words.services_now_1)],
    }
    return tuple(Filter(name, getattr(words, f"services_{name}"), tuple(values)) for name, values in choices.items())


def _chosen(given: Mapping[str, str]) -> tuple[dict[str, str], bool]:
    """The filters that were given, and whether all are known; if one is not, none is taken."""
    allowed = {one.name: {choice.value for choice in one.choices} for one in _filters(parts().catalog)}
    wanted = {name: given[name] for name in allowed if given.get(name)}
    known = all(value in allowed[name] for name, value in wanted.items())
    return (wanted if known else {}), known


def _labels(names: tuple[str, ...], chosen: Mapping[str, str]) -> tuple[str, ...]:
    labels = {(one.name, choice.value): choice.label for one in _filters(parts().catalog) for choice in one.choices}
    return tuple(labels[name, chosen[name]] for name in names)


def _keep(found: tuple[Found, ...], chosen: Mapping[str, str], moment: Moment) -> _Kept:
    """What fits all filters; if nothing does, what fits all but as few as possible."""
    names = [name for name in LET_GO if name in chosen]
    for number in range(len(names) + 1):
        for let_go in combinations(names, number):
            wanted = {name: value for name, value in chosen.items() if name not in let_go}
            kept = tuple(one for one in found if _fits(one.service, wanted, moment))
            if kept:
                return _Kept(kept, let_go)
    return _Kept(())


def _fits(service: Service, wanted: Mapping[str, str], moment: Moment) -> bool:
    return (
        wanted.get("category") in (None, *service.categories)
        and ("way" not in wanted or _has(service, wanted["way"]))
        and wanted.get("lang") in (None, *service.languages)
        and wanted.get("kind") in (None, service.kind)
        and ("now" not in wanted or _open(service, moment))
    )


def _has(service: Service, way: str) -> bool:
    return any(channel.type == WEB for channel in service.channels) if way == WEB else has(service, way)


def _open(service: Service, moment: Moment) -> bool:
    """Whether somebody surely answers now by phone, SMS, chat or LINE."""
    return any(
        channel.type in LIVE and state(channel, moment.now, moment.holidays) == "open" for channel in service.channels
    )


def _sections(catalog: Catalog, found: tuple[Found, ...], moment: Moment, only: str | None) -> tuple[Section, ...]:
    """Each service stands in full once, in the section of its first category, or in that of the only one asked for."""
    sections = []
    for category in catalog.categories:
        here = [one for one in found if category.id in one.service.categories]
        if only not in (None, category.id) or not here:
            continue
        entries, also = [], []
        for one in here:
            if (only or one.service.categories[0]) == category.id:
                entries.append(_entry(one, moment))
            else:
                also.append(one.service)
        sections.append(Section(category, tuple(entries), tuple(also)))
    return tuple(sections)


def _entry(found: Found, moment: Moment) -> Entry:
    service = found.service
    first, stop, _ = service.what.partition("。")
    return Entry(
        service=service,
        what=first + stop,
        ways=tuple(dict.fromkeys(CHANNEL_NAMES[channel.type] for channel in service.channels)),
        open=_open(service, moment),
        fields=found.fields,
        words=found.words,
    )
