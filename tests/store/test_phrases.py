from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.store.conftest import KEYS, PASSWORD, TODAY, new_phrase
from web.store import Conflict, Store

DAY = timedelta(days=1)
Sql = Callable[[str], list[tuple[Any, ...]]]


def test_a_phrase_is_read_as_it_was_given_and_no_word_of_it_is_readable_in_the_database(
    store: Store, behind_its_back: Sql
) -> None:
    id = store.phrases.add(
        new_phrase("髪の毛canaryが抜ける", cluster="c", level=1, kind="medical", chosen="work", identifying=1)
    )
    found = store.phrases.by_id(id)
    assert found is not None
    assert found.text == "髪の毛canaryが抜ける"
    assert found.ranked == (("living-medical-costs", 0.55), ("food-housing", 0.35), ("work", 0.05))
    assert (found.predicted, found.level, found.kind, found.chosen) == ("living-medical-costs", 1, "medical", "work")
    assert (found.state, found.day, found.label, found.released_on) == ("held", TODAY, None, None)
    assert "canary" not in repr(found)
    kept = repr(behind_its_back("SELECT text, digest, consent, model, ranked FROM phrases"))
    assert "canary" not in kept
    assert "髪" not in kept


def test_nothing_kept_tells_a_time_finer_than_a_day(store: Store, behind_its_back: Sql) -> None:
    store.phrases.add(new_phrase())
    store.contacts.add("こんにちは", TODAY)
    for (token,) in behind_its_back("SELECT text FROM phrases UNION SELECT text FROM contacts"):
        assert base64.urlsafe_b64decode(token)[1:9] == bytes(8), "Fernet writes the time of encryption in clear"
    assert store.audit.list() == ()


@pytest.mark.parametrize("text", ["", " \n", "あ" * 4001])
def test_an_empty_or_endless_phrase_is_not_kept(store: Store, text: str) -> None:
    with pytest.raises(ValueError, match="characters"):
        store.phrases.add(new_phrase(text))


@pytest.mark.parametrize("text", ["\x00", "\ud800家賃", "'; DROP TABLE phrases; --", "=1+1", "𩸽🏠\u202e"])
def test_any_characters_come_back(store: Store, text: str) -> None:
    id = store.phrases.add(new_phrase(text, cluster="c"))
    found = store.phrases.by_id(id)
    assert found is not None
    assert found.text == text


def test_the_same_text_is_found_whatever_its_width_also_after_a_change_of_keys(store: Store, url: str) -> None:
    ids = {store.phrases.add(new_phrase(text)) for text in ("家賃がはらえないABC", " 家賃がはらえないａｂｃ　")}
    store.phrases.add(new_phrase("家賃がはらえる"))
    newer = Store.open(url, ["brand new", *KEYS])
    for opened in (store, newer):
        assert set(opened.phrases.same_text("家賃がはらえないＡＢＣ")) == ids
    newer.close()


def test_phrases_are_released_after_24_hours_and_only_in_a_crowd(store: Store) -> None:
    for number in range(4):
        store.phrases.add(new_phrase(f"文{number}", day=TODAY - DAY))
    store.phrases.add(new_phrase("きょうの文", day=TODAY))
    assert store.phrases.release(TODAY, least=1) == 0, "a day has passed, perhaps not 24 hours"
    assert store.phrases.release(TODAY + DAY, least=5) == 0, "four are no crowd of five"
    assert store.phrases.release(TODAY + DAY, least=4) == 4
    assert store.phrases.release(TODAY + DAY, least=0) == 0
    released = store.queue.list("all", for_person=None)
    assert {phrase.text for phrase in released} == {f"文{number}" for number in range(4)}
    assert {phrase.released_on for phrase in released} == {TODAY + DAY}
    assert store.audit.list(action="release phrases")[0].after == {"phrases": 4}


def test_the_order_of_a_list_does_not_tell_the_order_in_which_phrases_came(store: Store) -> None:
    came = [store.phrases.add(new_phrase(f"文{number}")) for number in range(12)]
    store.phrases.release(TODAY + 2 * DAY, least=12)
    listed = [phrase.id for phrase in store.queue.list("all", for_person=None)]
    assert listed == sorted(came)
    assert listed != came


def test_a_phrase_can_be_hidden_and_brought_back(store: Store, waiting: Callable[..., str]) -> None:
    id = waiting()
    store.phrases.hide(id, actor=1, reason="名前がある")
    assert store.queue.list("all", for_person=None) == ()
    store.phrases.set_state(id, "waiting", actor=1)
    assert [phrase.id for phrase in store.queue.list("all", for_person=None)] == [id]
    entry = store.audit.list(subject=f"phrase:{id}")[1]
    assert (entry.action, entry.actor, entry.reason) == ("set state", 1, "名前がある")
    assert (entry.before["state"], entry.after["state"]) == ("waiting", "hidden")


def test_a_state_that_only_verdicts_give_cannot_be_set(store: Store, waiting: Callable[..., str]) -> None:
    id = waiting()
    for state in ("done", "second", "held", "nonsense"):
        with pytest.raises(ValueError, match="can be set"):
            store.phrases.set_state(id, state, actor=1)
    with pytest.raises(Conflict):
        store.phrases.set_state(id, "adjudicate", actor=1)
    with pytest.raises(Conflict):
        store.phrases.hide("nobody", actor=1)


def test_a_phrase_is_gone_on_the_day_it_was_promised_and_no_day_sooner(store: Store) -> None:
    id = store.phrases.add(new_phrase())
    kept = store.phrases.add(new_phrase(expires_on=TODAY + 31 * DAY))
    assert store.phrases.purge(TODAY + 29 * DAY).rows == 0
    purged = store.phrases.purge(TODAY + 30 * DAY)
    assert (purged.rows, purged.wiped) == (1, True)
    assert store.phrases.purge(TODAY + 30 * DAY).rows == 0
    assert store.phrases.by_id(id) is None
    assert store.phrases.by_id(kept) is not None


def test_the_audit_trail_never_holds_what_a_phrase_says(store: Store, waiting: Callable[..., str]) -> None:
    id = waiting("canaryの文")
    store.phrases.hide(id, actor=1)
    store.phrases.purge(TODAY + 100 * DAY)
    assert "canary" not in repr(store.audit.list())


def test_texts_are_read_with_an_older_key_until_they_are_encrypted_anew(store: Store, url: str) -> None:
    id = store.phrases.add(new_phrase("家賃が払えない"))
    message = store.contacts.add("リンクが切れています", TODAY)
    secret = {"totp_secret": "S"}
    who = store.people.create("hana", role="lead", profession="", **PASSWORD, **secret, actor=None)
    newer = Store.open(url, ["brand new", KEYS[0]])
    found = newer.phrases.by_id(id)
    assert found is not None
    assert found.text == "家賃が払えない"
    assert newer.rotate(actor=who.id) == 3
    newer.close()
    alone = Store.open(url, ["brand new"])
    after = alone.phrases.by_id(id)
    assert after is not None
    assert after.text == "家賃が払えない"
    assert alone.phrases.same_text("家賃が払えない") == (id,)
    assert [(each.id, each.text) for each in alone.contacts.list()] == [(message, "リンクが切れています")]
    person = alone.people.by_id(who.id)
    assert person is not None
    assert {"totp_secret": person.totp_secret} == secret
    assert alone.lost == 0
    alone.close()


def test_a_text_whose_key_is_lost_reads_as_none_and_is_counted(store: Store, url: str) -> None:
    id = store.phrases.add(new_phrase())
    stranger = Store.open(url, ["not a key of this installation"])
    found = stranger.phrases.by_id(id)
    assert found is not None
    assert found.text is None
    assert (found.model, stranger.lost, store.lost) == ("0123456789abcdef", 1, 0)
    assert stranger.rotate(actor=None) == 0
    stranger.close()
    kept = store.phrases.by_id(id)
    assert kept is not None
    assert kept.text == "家賃が払えない", "a rotation without the key destroys nothing"


@pytest.mark.parametrize("keys", [[], [""], ["good", ""]])
def test_a_store_without_a_secret_is_not_opened(sqlite_url: str, keys: list[str]) -> None:
    with pytest.raises(ValueError, match="secret"):
        Store.open(sqlite_url, keys)


def test_an_id_that_no_database_can_hold_is_refused_not_a_failure(store: Store) -> None:
    with pytest.raises(Conflict):
        store.phrases.by_id("\ud800")
    with pytest.raises(Conflict):
        store.people.by_id(10**30)
