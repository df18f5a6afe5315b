"""Rules of the question trees: nobody gets lost, every question has a way out, every end has someone to talk to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from graphlib import CycleError, TopologicalSorter

from catalog import ruby
from catalog.model import CATEGORY_IDS, UNDER18, URGENT_KINDS, Catalog, Flow
from catalog.places import Places
from catalog.reach import always_open, reachable
from catalog.reading import Problem
from catalog.wording import nearest, no_reading, no_such

WAY_OUT = re.compile("わからない|言いたくない|いいたくない|いえない|決められない|選べない|当てはまらない|話したくない")
SHALLOWEST, DEEPEST = 2, 4


def every_category_has_a_flow(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """A category without questions would end in nothing."""
    for id in (*CATEGORY_IDS, UNDER18):
        if id not in catalog.flows:
            yield Problem("flows", 1, f"「{id}.yaml」がありません。どの悩みの分類にも、質問のファイルが必要です")
    for id in catalog.flows:
        if id not in (*CATEGORY_IDS, UNDER18):
            yield places.problem(f"flows/{id}.yaml", ("category",), no_such("悩みの分類", id, CATEGORY_IDS, "flows"))


def every_next_exists(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """A button that leads nowhere loses the person."""
    for flow in catalog.flows.values():
        nodes = {*flow.questions, *flow.outcomes}
        if flow.start not in flow.questions:
            yield _at(
                places,
                flow,
                ("start",),
                f"「start」の「{flow.start}」という質問がありません{nearest(flow.start, flow.questions)}",
            )
        for id in sorted(set(flow.questions) & set(flow.outcomes)):
            yield _at(
                places,
                flow,
                ("outcomes", id),
                f"「{id}」が、質問と行き先の両方にあります。どちらかの名前を変えてください",
            )
        for id, question in flow.questions.items():
            for number, option in enumerate(question.options):
                if option.next not in nodes:
                    place = ("questions", id, "options", number, "next")
                    sentence = (
                        f"次に進む先「{option.next}」がありません{nearest(option.next, nodes)}。"
                        f"新しい名前なら、questions か outcomes に「{option.next}:」を書き足してください"
                    )
                    yield _at(places, flow, place, sentence)


def no_loops_and_right_depth(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """Two to four answers lead to help; a loop would ask forever."""
    for flow in catalog.flows.values():
        yield from _walk(places, flow)


def _walk(places: Places, flow: Flow) -> Iterator[Problem]:
    ways = {
        id: list(dict.fromkeys(option.next for option in question.options)) for id, question in flow.questions.items()
    }
    if {*flow.questions} & {*flow.outcomes}:
        return  # which of the two an answer leads to is not known
    reached = _reached(flow.start, ways)
    # One wrong `next` makes what it should lead to look lost; `every_next_exists` has told of it.
    if {*reached} <= {*flow.questions, *flow.outcomes}:
        for kind, nodes in (("questions", flow.questions), ("outcomes", flow.outcomes)):
            for id in nodes:
                if id not in reached:
                    sentence = f"「{id}」には、どの答えからもたどり着けません。どれかの next に書くか、消してください"
                    yield _at(places, flow, (kind, id), sentence)
    ways = {id: ways[id] for id in reached if id in ways}
    loops = list(_taken_loops(ways))
    for loop in loops:
        options = flow.questions[loop[-2]].options
        number = next(number for number, option in enumerate(options) if option.next == loop[-1])
        place = ("questions", loop[-2], "options", number, "next")
        sentence = f"質問が同じ所にもどって、終わりません({' → '.join(loop)})。この next を直してください"
        yield _at(places, flow, place, sentence)
    for id, (least, most) in _depths(flow.start, ways).items() if not loops else ():
        if id in flow.outcomes and (least < SHALLOWEST or most > DEEPEST):
            asked = f"{least}" if least == most else f"{least}〜{most}"
            sentence = f"「{id}」まで{asked}問です。{SHALLOWEST}〜{DEEPEST}問で着くようにしてください"
            yield _at(places, flow, ("outcomes", id), sentence)


def _reached(start: str, ways: Mapping[str, Sequence[str]]) -> list[str]:
    found = [start]
    for node in found:
        found += [id for id in ways.get(node, ()) if id not in found]
    return found


def _taken_loops(ways: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """Each loop as it is walked from its first question in `ways` back to it; `ways` is left without it."""
    order = list(ways)
    while True:
        try:
            TopologicalSorter(ways).prepare()
        except CycleError as error:
            backwards: list[str] = error.args[1][1:]
            loop = backwards[::-1]
            first = min(range(len(loop)), key=lambda number: order.index(loop[number]))
            loop = [*loop[first:], *loop[: first + 1]]
            ways[loop[-2]].remove(loop[-1])
            yield loop
        else:
            return


def _depths(start: str, ways: Mapping[str, Sequence[str]]) -> dict[str, tuple[int, int]]:
    """The fewest and the most answers that lead to each node. `ways` is free of loops."""
    depths = {start: (0, 0)}
    for node in reversed([*TopologicalSorter(ways).static_order()]):
        for id in ways.get(node, ()) if node in depths else ():
            least, most = depths[node]
            known = depths.get(id, (least + 1, most + 1))
            depths[id] = (min(known[0], least + 1), max(known[1], most + 1))
    return depths


def every_question_has_a_way_out(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """Nobody is made to answer; the way out stands last so that it is found in the same place."""
    for flow in catalog.flows.values():
        for id, question in flow.questions.items():
            place = ("questions", id, "options")
            last = (*place, len(question.options) - 1, "label")
            if not WAY_OUT.search(ruby.plain(question.options[-1].label)):
                yield _at(
                    places,
                    flow,
                    last,
                    "最後の答えは「わからない」「言いたくない」のような、答えなくてよいものにしてください",
                )
            for what, key in (
                ("id", [o.id for o in question.options]),
                ("label", [ruby.plain(o.label) for o in question.options]),
            ):
                for number, value in enumerate(key):
                    if value in key[:number]:
                        sentence = f"「{value}」が、同じ質問の中で二回使われています。片方を変えてください"
                        yield _at(places, flow, (*place, number, what), sentence)


def services_of_outcomes(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """Every end offers services that exist, still run, and one of them answers by phone or chat."""
    for flow in catalog.flows.values():
        for id, outcome in flow.outcomes.items():
            yield from _offered(catalog, places, f"flows/{flow.category}.yaml", ("outcomes", id), outcome.services)
            known = [catalog.services[service] for service in outcome.services if service in catalog.services]
            if len(known) < len(outcome.services):
                continue
            all_year = [service for service in known if not service.seasons]
            if len(all_year) < 2:
                sentence = "一年じゅう案内できる相談先を、二つは入れてください(期間のある所は数えません)"
                yield _at(places, flow, ("outcomes", id, "services"), sentence)
            if not any(reachable(service) for service in all_year):
                yield _at(
                    places,
                    flow,
                    ("outcomes", id, "services"),
                    "電話かチャットですぐ話せる相談先を、一つは入れてください",
                )
            if outcome.danger and not reachable(known[0]):
                yield _at(
                    places,
                    flow,
                    ("outcomes", id, "services"),
                    "あぶない時の行き先では、最初に、電話かチャットですぐ話せる所を置いてください",
                )
            if flow.category == UNDER18:
                types = {channel.type for service in known for channel in service.channels}
                if not types & {"chat", "line"} or "phone" not in types:
                    yield _at(
                        places,
                        flow,
                        ("outcomes", id, "services"),
                        "18歳以下の行き先には、チャットかLINEと、電話の両方を入れてください",
                    )
        if flow.always is not None:
            yield from _offered(catalog, places, f"flows/{flow.category}.yaml", ("always",), flow.always.services)


def every_service_is_reached(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """A service nobody can reach by answering might as well not exist."""
    for category in CATEGORY_IDS:
        if category in catalog.flows:
            used = {service for outcome in catalog.flows[category].outcomes.values() for service in outcome.services}
            if not used <= set(catalog.services):
                continue  # a name written wrongly there would make the right one look unused
            for service in catalog.services.values():
                if service.status == "active" and category in service.categories and service.id not in used:
                    file = f"services/{service.id}.yaml"
                    place = ("categories", service.categories.index(category))
                    sentence = (
                        f"「{category}」の質問のどの行き先にも、この相談先が出てきません。"
                        f"flows/{category}.yaml の outcomes のどれかに「- {service.id}」を足してください"
                    )
                    yield places.problem(file, place, sentence)


def urgent_help_is_complete(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """Danger is never met with nothing: each level and kind has help that answers now."""
    numbers = {key: number for number, key in enumerate(catalog.urgent)}
    for kind in URGENT_KINDS:
        for level in (1, 2, 3, 4):
            entry = catalog.urgent.get((level, kind))
            if entry is None:
                sentence = f"段階{level}・{kind} の案内がありません。help に書き足してください"
                yield places.problem("urgent.yaml", ("help",), sentence)
                continue
            place = ("help", numbers[level, kind])
            yield from _offered(catalog, places, "urgent.yaml", place, entry.services)
            first = catalog.services.get(entry.services[0])
            if first is None:
                continue
            where = (*place, "services")
            if not reachable(first):
                yield places.problem("urgent.yaml", where, "最初の相談先は、電話かチャットですぐ話せる所にしてください")
            if level == 3 and not always_open(first):
                yield places.problem("urgent.yaml", where, "段階3の最初の相談先は、24時間つながる所にしてください")
            if level == 4 and first.id not in ("ambulance-119", "police-110"):
                yield places.problem("urgent.yaml", where, "段階4の最初の相談先は、119か110にしてください")
            if level == 3 and not {"ambulance-119", "police-110"} & set(entry.services):
                yield places.problem("urgent.yaml", where, "段階3には、119か110を入れてください")
    for key in ("strip", "human_line"):
        always: tuple[str, ...] = getattr(catalog, key).services
        yield from _offered(catalog, places, "urgent.yaml", (key,), always)
    yield from _offered(catalog, places, "urgent_also.yaml", ("voiceless",), catalog.voiceless.services)
    told = [entry.kind for entry in catalog.for_other.say]
    for number, kind in enumerate(told):
        if kind in told[:number]:
            spot = ("for_other", "say", number)
            yield places.problem("urgent_also.yaml", spot, f"「{kind}」の文が二回書かれています")


def furigana_is_whole(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """Broken furigana shows as braces on the page; under 18 every kanji has its reading."""
    for flow in catalog.flows.values():
        for place, text in _texts(flow):
            found = ruby.problem(text)
            if found:
                yield _at(places, flow, place, found)
            elif flow.category == UNDER18 and ruby.bare_kanji(text):
                yield _at(places, flow, place, no_reading(ruby.bare_kanji(text)))


def _texts(flow: Flow) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if flow.title:
        yield ("title",), flow.title
    if flow.always:
        yield ("always", "say"), flow.always.say
    for id, question in flow.questions.items():
        yield ("questions", id, "ask"), question.ask
        if question.help:
            yield ("questions", id, "help"), question.help
        for number, option in enumerate(question.options):
            yield ("questions", id, "options", number, "label"), option.label
    for id, outcome in flow.outcomes.items():
        yield ("outcomes", id, "say"), outcome.say


def _offered(
    catalog: Catalog, places: Places, file: str, place: tuple[str | int, ...], offered: tuple[str, ...]
) -> Iterator[Problem]:
    active = [id for id, service in catalog.services.items() if service.status == "active"]
    for number, id in enumerate(offered):
        where = (*place, "services", number)
        if id not in catalog.services:
            yield places.problem(file, where, no_such("相談先", id, active, "services"))
        elif catalog.services[id].status != "active":
            sentence = (
                f"「{catalog.services[id].name}」は終わったか変わったので、案内できません。"
                "この行を消すか、かわりの支援を書いてください"
            )
            yield places.problem(file, where, sentence)
        if id in offered[:number]:
            yield places.problem(file, where, f"相談先「{id}」が二回書かれています。一つ消してください")


def _at(places: Places, flow: Flow, place: tuple[str | int, ...], sentence: str) -> Problem:
    return places.problem(f"flows/{flow.category}.yaml", place, sentence)


CHECKS = (
    every_category_has_a_flow,
    every_next_exists,
    no_loops_and_right_depth,
    every_question_has_a_way_out,
    services_of_outcomes,
    every_service_is_reached,
    urgent_help_is_complete,
    furigana_is_whole,
)
