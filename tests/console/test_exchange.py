"""Files out and in: what was labelled, and new example phrases."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from benchmarks.poisoning import thinned
from catalog.model import CATEGORY_IDS
from nlu.corpus import NONE, read_corpus
from nlu.reviewed import rows_of
from tests.conftest import ROOT
from tests.console.conftest import form_token
from tests.support.lessons import EVERY
from web.console import exporting, importing
from web.console.importing import Known
from web.console.reviewing import names_of
from web.training_job import lesson_of
from web.wiring import Parts

Send = Callable[..., Any]
NOWHERE = Known({}, ())
FORMULAS = (
    "=1+1",
    '=HYPERLINK("http://x","y")',
    "+81",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    " =1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "　＝1",
    "|calc",
)


@pytest.fixture
def small_data(tmp_path: Path) -> Path:
    """A thinned training_data of its own."""
    folder = tmp_path / "training_data"
    thinned(folder, EVERY)
    shutil.copy(ROOT / "training_data" / "LABELS.md", folder)
    return folder


@pytest.fixture
def console_parts(console_parts: Parts, small_data: Path) -> Parts:
    """The same over the thinned phrases."""
    settings = console_parts.settings.model_copy(update={"hitorijanai_training_data": small_data})
    return replace(console_parts, settings=settings)


def exported(answer: Any) -> dict[str, str]:
    """Name to content of the files of an archive."""
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def put(files: dict[str, str], folder: Path) -> None:
    """The files where a person puts them: in `reviewed` of a training_data."""
    (folder / "reviewed").mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / "reviewed" / name).write_text(content, encoding="utf-8", newline="")


@pytest.fixture
def names(console_parts: Parts) -> dict[str, str]:
    return names_of(console_parts.catalog)


@pytest.fixture
def done(sign_in: Send, phrase: Send, send: Send) -> Callable[..., tuple[str, Any]]:
    """A phrase that was labelled."""

    def label(text: str, said: str = "work", reviewer: Any = None, **form: Any) -> tuple[str, Any]:
        who = reviewer or sign_in()
        id = phrase(text=text)
        send(who, "/label/all", {"phrase": id, "said": said, **form})
        return id, who

    return label


@pytest.fixture
def look(names: dict[str, str]) -> Callable[..., importing.Looked]:
    """Looks at the content of a file."""

    def at(content: str | bytes, name: str = "new.csv", *, label: str = "", there: Known = NOWHERE) -> Any:
        raw = content.encode() if isinstance(content, str) else content
        return importing.look(raw, name=name, label=label, labels=names, there=there)

    return at


def said(looked: importing.Looked) -> list[str]:
    return [f"{problem.line}: {problem.sentence}" for problem in looked.problems]


def cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


# Out


def test_accepted_verdicts_become_one_file_for_each_label_and_read_back_the_same(
    done: Send, console_parts: Parts, tmp_path: Path
) -> None:
    texts = ("会社をクビになった", "一行目\n二行目\tタブ\\n\r", "=1+1 @work")
    _, reviewer = done(texts[0])
    done(texts[1], reviewer=reviewer)
    done(texts[2], "two", reviewer=reviewer, label="childcare", also="work")
    rows = exporting.labelled(console_parts.store)
    files = exporting.reviewed_files(rows, tmp_path)
    assert set(files) == {f"{label}.tsv" for label in (*CATEGORY_IDS, NONE)}
    code = exporting.reviewers([reviewer.person.id])
    assert reviewer.person.name not in "".join(files.values())
    put(files, tmp_path)
    assert {(row.reviewers, row.text, row.also) for row in rows_of(tmp_path, "work")} == {
        (code, text, None) for text in texts[:2]
    }
    assert [(row.text, row.also) for row in rows_of(tmp_path, "childcare")] == [(texts[2], "work")]
    assert rows_of(tmp_path, "covid19") == ()
    assert exporting.reviewed_files(rows, tmp_path) == files
    assert exporting.reviewed_files((), tmp_path) == files, "what stands there already stays"


def test_a_model_can_be_learnt_again_from_the_exported_files_alone(
    *, done: Send, phrase: Send, sign_in: Send, send: Send, console_parts: Parts, small_data: Path
) -> None:
    """What is exported with the phrases is exactly what a training in the console learns from."""
    golden = next(
        line for line in (small_data / "golden/work.txt").read_text().split("\n") if line[:1] not in ("", "#")
    )
    _, reviewer = done("〔名前〕さんに、夜勤明けの朝礼で立たされました")
    done("双子の夜泣きで、ねむれない", "two", reviewer=reviewer, label="childcare", also="living-medical-costs")
    done(golden, reviewer=reviewer)
    grave = phrase(text="夫になぐられて、家に帰れない", level=2, kind="dv")
    for who in (reviewer, sign_in()):
        send(who, "/label/all", {"phrase": grave, "said": "household-relations"})
    learnt = lesson_of(console_parts.store, small_data)
    assert len(learnt.reviewed) == 3
    put(exported(send(sign_in("lead"), "/exchange/reviewed")), small_data)
    assert read_corpus(small_data, CATEGORY_IDS).fingerprint == learnt.corpus.fingerprint
    again = lesson_of(console_parts.store, small_data)
    assert (again.admitted.examples, again.corpus.fingerprint) == ((), learnt.corpus.fingerprint)
    assert len(again.reviewed) == 3
    held = exported(send(sign_in("lead"), "/exchange/reviewed"))
    assert golden not in "".join(held.values())
    assert sum(content.count("\n") - 1 for content in held.values()) == 3, "nothing that was exported before is lost"


def test_nothing_is_exported_beside_faulty_phrases(done: Send, sign_in: Send, send: Send, small_data: Path) -> None:
    done("会社をクビになった")
    (small_data / "phrases" / "work.txt").unlink()
    answer = send(sign_in("lead"), "/exchange/reviewed")
    assert answer.status_code == 409
    assert "phrases/work.txt:1: このファイルがありません" in answer.text


def test_what_is_not_decided_is_in_no_file(
    done: Send, phrase: Send, sign_in: Send, send: Send, console_parts: Parts
) -> None:
    first = phrase(text="一人目だけの文", blind_second=True)
    send(sign_in(), "/label/all", {"phrase": first, "said": "work"})
    done("かくした文", "contains-name")
    phrase(text="待っている文")
    assert exporting.labelled(console_parts.store) == ()


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(text: str) -> None:
    assert exporting.defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["家賃が払えない", "1-2歳", "a=b", "「=」", "", "ー", "〜"])
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    assert exporting.defused(text) == text


def test_the_table_opens_in_a_spreadsheet_with_every_character(done: Send, sign_in: Send, send: Send) -> None:
    texts = [*FORMULAS, 'say "hi", and\r\nmore; ', "𠮷野家", "👨\u200d👩\u200d👧", "\u202eRTL"]
    _, reviewer = done(texts[0])
    for text in texts[1:]:
        done(text, reviewer=reviewer)
    answer = send(sign_in("lead"), "/exchange/csv")
    content = answer.get_data()
    assert content.startswith(b"\xef\xbb\xbf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="phrases.csv"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    rows = cells(content)
    assert {len(row) for row in rows} == {9}
    assert sorted(row[-1].removeprefix("'") for row in rows[1:]) == sorted(texts)
    assert not any(cell[:1] in "=+-@\t\r＝＋－＠" for row in rows for cell in row if cell)
    assert content.count(b"\r\n") >= len(rows)


def test_the_list_for_programs_holds_texts_unchanged_and_categories_by_id(
    done: Send, sign_in: Send, send: Send
) -> None:
    id, reviewer = done("=1+1\n次の行")
    lines = send(sign_in("lead"), "/exchange/jsonl").get_data(as_text=True).split("\n")
    assert lines[-1] == ""
    (row,) = (json.loads(line) for line in lines[:-1])
    assert (row["id"], row["text"], row["label"]) == (id, "=1+1\n次の行", "work")
    assert row["reviewers"] == [exporting.reviewers([reviewer.person.id])]
    assert row["consent"] == "2026-11"


def test_the_datasheet_says_where_from_who_how_well_agreed_and_what_is_missing(
    done: Send, phrase: Send, sign_in: Send, send: Send
) -> None:
    done("〔名前〕さんに会社をクビにされた")
    one, two = sign_in(), sign_in()
    for number in range(12):
        id = phrase(text=f"文 {number}", blind_second=True)
        for who in (one, two):
            send(who, "/label/all", {"phrase": id, "said": "work" if number % 2 else "childcare"})
    sheet = send(sign_in("lead"), "/exchange/datasheet").get_data(as_text=True)
    assert "同意の文の版: 2026-11(13文)" in sheet
    assert "印のある文は 1 です" in sheet
    assert "- 公認心理師: 3人" in sheet
    assert "| 全体 | 12 | 1.00 |" in sheet
    assert "| 仕事・職場 | 7 |" in sheet
    assert "介護 は 0 文だけです" in sheet
    assert "作った文は 0 %" in sheet


def test_every_file_taken_is_in_the_audit_without_a_word_of_it(
    done: Send, sign_in: Send, send: Send, console_parts: Parts
) -> None:
    done("ひみつの文です")
    lead = sign_in("lead")
    for kind in ("csv", "jsonl", "datasheet", "reviewed"):
        assert send(lead, f"/exchange/{kind}").status_code == 200
    entries = console_parts.store.audit.list(action="export")
    assert [(entry.actor, entry.after["phrases"]) for entry in entries] == [(lead.person.id, 1)] * 4
    assert "ひみつ" not in str(entries)
    assert send(lead, "/exchange/xlsx").status_code == 404


def test_the_archive_holds_the_thirteen_files(done: Send, sign_in: Send, send: Send) -> None:
    done("会社をクビになった")
    lead = sign_in("lead")
    answer = send(lead, "/exchange/reviewed")
    held = exported(answer)
    assert len(held) == 13
    assert held["work.tsv"].split("\n")[1].split("\t")[2] == "会社をクビになった"
    assert send(lead, "/exchange/reviewed").get_data() == answer.get_data()


def test_files_are_for_leads(sign_in: Send, send: Send) -> None:
    for role in ("reviewer", "releaser", "admin"):
        client = sign_in(role)
        assert client.get("/exchange").status_code == client.get("/import").status_code == 403
        assert send(client, "/exchange/csv").status_code == send(client, "/import/files").status_code == 403
    assert sign_in("lead").get("/exchange/csv").status_code == 405


# In


def test_a_good_file_is_read_whole(look: Send) -> None:
    content = '分類,例文\nwork,残業代が出ない\n子育て,"夜泣きで、眠れない"\nnone-of-these,こんにちは\n'
    looked = look(content)
    assert looked.usable
    assert [(new.line, new.label, new.text) for new in looked.phrases] == [
        (2, "work", "残業代が出ない"),
        (3, "childcare", "夜泣きで、眠れない"),
        (4, NONE, "こんにちは"),
    ]


@pytest.mark.parametrize(
    ("content", "name", "label"),
    [
        ("work,残業代が出ない\n", "a.csv", ""),
        ("メモ,例文,分類\nx,残業代が出ない,work\n", "a.CSV", ""),
        ("\ufeffcategory,phrase\r\nwork,残業代が出ない\r\n", "a.csv", ""),
        ("残業代が出ない\n", "work.txt", ""),
        ("# work 仕事\n## short\n\n残業代が出ない\r\n", "C:\\a\\x.txt", "work"),
        ("残業代が出ない @childcare @safety\n", "work.txt", ""),
    ],
)
def test_tables_and_plain_texts_are_read_as_people_write_them(look: Send, content: str, name: str, label: str) -> None:
    looked = look(content, name, label=label)
    assert said(looked) == []
    assert [(new.label, new.text) for new in looked.phrases] == [("work", "残業代が出ない")]


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("shift_jis", "Shift_JIS"), ("cp932", "Shift_JIS")],
)
def test_the_encoding_is_told(look: Send, encoding: str, shown: str) -> None:
    looked = look("work,残業代が出ない\n".encode(encoding))
    assert looked.usable
    assert looked.encoding == shown


@pytest.mark.parametrize(
    "content",
    [
        "work,残業".encode("utf-16"),
        b"PK\x03\x04 a table in a zip",
        b"work,\0",
        b"%PDF-1.7",
        b"x" * 10_000_001,
        b"",
        "work,残業代が出ない\n".encode() + b"work,\xff\xfe\x80\n",
    ],
)
def test_what_is_no_file_of_letters_is_refused_with_a_reason(look: Send, content: bytes) -> None:
    looked = look(content)
    assert looked.phrases == ()
    assert len(looked.problems) == 1


def test_the_line_that_cannot_be_read_is_named(look: Send) -> None:
    (problem,) = look("work,残業代が出ない\n".encode() + b"work,\xff\xfe\x80\n").problems
    assert problem.line == 2


def test_too_many_lines_are_refused_without_looking_at_each(look: Send) -> None:
    (problem,) = look("a\n" * 1_000_000, "work.txt").problems
    assert "3,000 文まで" in problem.sentence


def test_everything_that_is_wrong_is_told_at_once_by_line(look: Send) -> None:
    there = Known({"もうある文です": "phrases/work.txt:7", "試験にある文です2": "held_out/work.txt:3"}, ())
    lines = [
        "wrok,分類の名がちがう",
        "work,もうある文です",
        "work,試験にある文です２",
        "work,同じ文",
        "work,同じ文",
        "work,",
        f"work,{'あ' * 1001}",
        "work,田中太郎さんに電話 090-1234-5678 した",
        ",分類がない",
        "work",
        "work,印がちがう @wrok",
        f"{NONE},ありがとう @work",
        'work,"改行の\nある文"',
        "work,#から始まる",
    ]
    looked = look("\n".join(lines), there=there)
    assert not looked.usable
    told = said(looked)
    expected = {
        1: "「work」のことですか",
        2: "phrases/work.txt:7",
        3: "held_out/work.txt:3",
        5: "4 行目と同じ",
        6: "中身がありません",
        7: "1001 文字",
        8: "電話、名前",
        9: "分類がありません",
        10: "列が足りません",
        11: "印「@wrok」",
        12: "悩みではない文に",
        13: "一行の文",
        15: "「#」から",
    }
    for line, words in expected.items():
        (found,) = [each for each in told if each.startswith(f"{line}: ")] or [""]
        assert words in found, (line, found)
    assert len(told) == len(expected)


def test_a_quote_that_is_never_closed_is_told(look: Send) -> None:
    assert "引用符" in said(look('work,"残業代\nwork,a\n'))[0]


def test_a_phrase_nearly_like_one_of_the_examination_is_told(look: Send) -> None:
    there = Known({}, (("held_out/work.txt:3", "残業代がまったく出ないまま三か月たちました"),))
    (found,) = said(look("work,残業代がまったく出ないまま三か月たちました。\n", there=there))
    assert "held_out/work.txt:3" in found


def test_the_real_files_are_known_by_place() -> None:
    there = importing.known(ROOT / "training_data")
    line = next(
        number
        for number, text in enumerate((ROOT / "training_data/phrases/work.txt").read_text().split("\n"), 1)
        if text == "残業代ゼロ"
    )
    assert there.places["残業代ゼロ"] == f"phrases/work.txt:{line}"
    assert any(place.startswith("held_out/") for place, _ in there.examined)


def test_what_is_offered_can_be_put_at_the_end_of_the_files_and_trained_on(look: Send, tmp_path: Path) -> None:
    folder = tmp_path / "phrases"
    folder.mkdir()
    for number, label in enumerate((*CATEGORY_IDS, NONE)):
        (folder / f"{label}.txt").write_text(f"# {label}\n## short\nはじめの例文 {number}\n", encoding="utf-8")
    content = (
        "work,棚卸しの夜勤だけ手当てがつかないと店長に言われました @living-medical-costs\n"
        "childcare,双子のうち片方だけ離乳食をはき出して心配です @safety\n"
    )
    looked = look(content, there=importing.known(tmp_path))
    assert said(looked) == []
    before = read_corpus(tmp_path, CATEGORY_IDS)
    for name, text in importing.appended(looked.phrases, style="given").items():
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(text)
    added = set(read_corpus(tmp_path, CATEGORY_IDS).examples) - set(before.examples)
    assert {(each.label, each.text, each.also, each.safety, each.style) for each in added} == {
        ("work", looked.phrases[0].text, ("living-medical-costs",), False, "given"),
        ("childcare", looked.phrases[1].text, (), True, "given"),
    }


def upload(client: Any, content: bytes, name: str = "new.csv", **form: str) -> Any:
    data = {"csrf_token": form_token(client), "file": (io.BytesIO(content), name), **form}
    answer = client.post("/import", data=data)
    answer.request.environ["wsgi.input"].close()  # the client's own copy of what was sent
    return answer


def test_a_good_file_is_shown_and_becomes_files_and_an_entry_of_the_audit(
    sign_in: Send, send: Send, console_parts: Parts
) -> None:
    lead = sign_in("lead")
    rows = 'work,棚卸しの夜勤だけ手当てがつかない\nchildcare,"双子の片方だけ、離乳食をはき出す"\n'
    answer = upload(lead, rows.encode("shift_jis"), style="shop")
    html = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "そのまま使えます" in html
    assert console_parts.store.audit.list(action="import phrases") == ()
    content = html.split('<textarea name="content" hidden>', 1)[1].split("</textarea>", 1)[0].replace("&#34;", '"')
    taken = send(lead, "/import/files", {"content": content.replace("\n", "\r\n"), "style": "shop"})
    with zipfile.ZipFile(io.BytesIO(taken.get_data())) as archive:
        held = {name: archive.read(name).decode() for name in archive.namelist()}
    assert held == {
        "work.txt": "## shop\n棚卸しの夜勤だけ手当てがつかない\n",
        "childcare.txt": "## shop\n双子の片方だけ、離乳食をはき出す\n",
    }
    (entry,) = console_parts.store.audit.list(action="import phrases")
    assert entry.after["phrases"] == {"childcare": 1, "work": 1}
    assert "棚卸し" not in str(entry)


def test_one_bad_line_and_nothing_is_given(sign_in: Send, send: Send, console_parts: Parts) -> None:
    lead = sign_in("lead")
    content = "work,棚卸しの夜勤だけ手当てがつかない\nwrok,まちがい\n"
    answer = upload(lead, content.encode())
    assert answer.status_code == 422
    assert "2 行目" in answer.get_data(as_text=True)
    answer = send(lead, "/import/files", {"content": content})
    assert (answer.status_code, answer.mimetype) == (422, "text/html")
    assert console_parts.store.audit.list(action="import phrases") == ()


def test_no_file_is_said_kindly(sign_in: Send, send: Send) -> None:
    answer = send(sign_in("lead"), "/import", {})
    assert answer.status_code == 400
    assert "ファイルをえらんでください" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("name", "size", "status"),
    [("new.csv", 10_000_001, 422), ("../../etc/passwd", 10, 422), ("new.csv", 40_000_000, 413)],
)
def test_too_large_and_oddly_named_files_are_refused(sign_in: Send, name: str, size: int, status: int) -> None:
    answer = upload(sign_in("lead"), b"x" * size, name)
    assert answer.status_code == status
    assert "passwd" not in answer.get_data(as_text=True) or status == 422


class Counted(io.BytesIO):
    """A file, and how much of it was read."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        found = super().read(size)
        self.taken += len(found)
        return found


def test_of_a_strangers_file_little_is_read(console: FlaskClient) -> None:
    sent = Counted(b"a" * 30_000_000)
    kind = "multipart/form-data; boundary=x"
    answer = console.post("/import", input_stream=sent, content_type=kind)
    assert answer.status_code == 401
    assert sent.taken < importing.MOST_BYTES
