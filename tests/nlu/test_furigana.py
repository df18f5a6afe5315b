from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from catalog import ruby
from catalog.checks_services import shown_texts
from catalog.checks_texts import unmarked
from catalog.model import Catalog
from nlu.furigana import Furigana

ROOT = Path(__file__).resolve().parents[2]
TERMS = (ROOT / "tests" / "catalog" / "furigana_terms.txt").read_text(encoding="utf-8").splitlines()


def read_aloud(marked: str) -> str:
    return "".join(reading or base for base, reading in ruby.parts(marked))


@pytest.fixture(scope="module")
def furigana(catalog: Catalog) -> Furigana:
    return Furigana.of(correction.marked for correction in catalog.readings)


def test_three_hundred_checked_terms_are_read_right(furigana: Furigana) -> None:
    assert len(TERMS) >= 300
    wrong = []
    for line in TERMS:
        text, checked = line.split("\t")
        assert ruby.plain(checked) == text
        if read_aloud(furigana.mark(text)) != read_aloud(checked):
            wrong.append((furigana.mark(text), checked))
    assert wrong == []


def test_every_text_of_the_catalogue_has_its_furigana_made(catalog: Catalog) -> None:
    assert unmarked(catalog) == []


def test_the_furigana_is_what_the_machine_and_the_list_make_today(catalog: Catalog, furigana: Furigana) -> None:
    assert {text: furigana.mark(text) for text in catalog.furigana} == dict(catalog.furigana)


def test_marks_keep_the_text_and_leave_no_kanji_bare(catalog: Catalog, furigana: Furigana) -> None:
    bare = set()
    for _, _, text in shown_texts(catalog):
        marked = furigana.mark(text)
        assert ruby.plain(marked) == ruby.plain(text)
        assert ruby.problem(marked) is None, marked
        bare.update(ruby.bare_kanji(marked))
    assert bare == set()


def test_digits_are_never_read(catalog: Catalog) -> None:
    for marked in catalog.furigana.values():
        assert not any(reading and re.search(r"\d", base) for base, reading in ruby.parts(marked)), marked


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("ひらがなだけ", "ひらがなだけ"),
        ("{家|うち}に帰る", "{家|うち}に帰る"),
        ("1人で10日間", "1{人|り}で10{日間|かかん}"),
        ("2日、20日、21日", "2{日|か}、20{日|か}、21{日|にち}"),
        ("10分と15分", "10{分|ぷん}と15{分|ふん}"),
        ("抱える", "{抱|かか}える"),
        ("取り扱い", "{取|と}り{扱|あつか}い"),
    ],
)
def test_okurigana_counters_and_marks_by_hand(text: str, marked: str) -> None:
    assert Furigana({}).mark(text) == marked


def test_corrections_apply_longest_first_and_inside_words(furigana: Furigana) -> None:
    own = Furigana.of(["{何|なに}も", "{何|なん}も{言|い}わず"])
    assert own.mark("何も言わずに何もない") == "{何|なん}も{言|い}わずに{何|なに}もない"


def test_a_broken_file_of_furigana_is_told(tmp_path: Path) -> None:
    import shutil

    from catalog.loading import problems_in

    copy = Path(shutil.copytree(ROOT / "catalog" / "data", tmp_path / "data"))
    (copy / "furigana.json").write_text(json.dumps({"not": "a list"}))
    assert [str(p) for p in problems_in(copy)] == [
        "furigana.json:1: 読み取れません。make furigana で作りなおしてください"
    ]
