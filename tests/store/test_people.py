from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.support.clocks import Clock
from web.store import Conflict, Store
from web.store.people import Person

DAY = timedelta(days=1)
Make = Callable[..., Person]


def test_a_person_is_found_by_name_whatever_its_width_and_case(store: Store, person: Make) -> None:
    made = person(" Ｈａｎａ ", "lead")
    assert made.name == "hana"
    assert store.people.by_name("HANA") == made == store.people.by_id(made.id)
    assert store.people.by_name("ha\x00na\ud800") == made
    assert store.people.by_name("taro") is None
    assert (made.role, made.profession, made.active, made.failures) == ("lead", "公認心理師", True, 0)


def test_a_name_is_given_once_and_a_role_must_exist(store: Store, person: Make) -> None:
    person("hana")
    with pytest.raises(Conflict):
        person("HANA")
    with pytest.raises(Conflict):
        person("taro", "emperor")
    assert [each.name for each in store.people.list()] == ["hana"]
    assert [entry.action for entry in store.audit.list()] == ["create person"]


def test_secrets_of_a_person_show_in_no_text_of_theirs_and_not_in_the_audit_trail(store: Store) -> None:
    given = {"password_hash": "HASH", "totp_secret": "TOTPSECRET"}
    made = store.people.create("hana", role="lead", profession="", **given, actor=None)
    store.people.set_password(made.id, "OTHERHASH", actor=made.id)
    store.people.set_totp(made.id, "OTHERTOTP", actor=made.id)
    found = store.people.by_id(made.id)
    assert found is not None
    assert (found.password_hash, found.totp_secret) == ("OTHERHASH", "OTHERTOTP")
    assert "HASH" not in repr(found)
    assert "TOTP" not in repr(found)
    assert "HASH" not in repr(store.audit.list())
    assert "TOTP" not in repr(store.audit.list())


def test_failures_are_counted_until_they_are_cleared(store: Store, person: Make, clock: Clock) -> None:
    id = person("hana").id
    until = clock.now + timedelta(seconds=4)
    assert [store.people.note_failure(id, locked_until=until) for _ in range(3)] == [1, 2, 3]
    found = store.people.by_id(id)
    assert found is not None
    assert found.locked_until == until
    store.people.clear_failures(id)
    cleared = store.people.by_id(id)
    assert cleared is not None
    assert (cleared.failures, cleared.locked_until) == (0, None)


def test_a_step_of_the_second_factor_counts_once_even_for_eight_at_the_same_time(store: Store, person: Make) -> None:
    id = person("hana").id
    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(lambda _: store.people.take_totp_step(id, 59_000_000), range(8)))
    assert sorted(taken) == [False] * 7 + [True]
    assert not store.people.take_totp_step(id, 58_999_999)
    assert store.people.take_totp_step(id, 59_000_001)


def test_a_sign_in_is_found_by_its_token_only_and_the_token_is_not_kept(store: Store, person: Make) -> None:
    made = person("hana")
    token, other = store.sign_ins.start(made.id), store.sign_ins.start(made.id)
    assert token != other
    found = store.sign_ins.find(token, idle=DAY, absolute=DAY)
    assert found is not None
    assert (found.person, found.second_factor_at) == (made, None)
    assert store.sign_ins.find(token[:-1] + "_", idle=DAY, absolute=DAY) is None
    store.sign_ins.end(token)
    assert store.sign_ins.find(token, idle=DAY, absolute=DAY) is None
    assert store.sign_ins.find(other, idle=DAY, absolute=DAY) is not None


def test_a_sign_in_ends_when_idle_and_when_old(store: Store, person: Make, clock: Clock) -> None:
    id, idle, absolute = person("hana").id, timedelta(minutes=15), timedelta(minutes=40)
    token = store.sign_ins.start(id)
    for _ in range(3):
        clock.on(minutes=10)
        assert store.sign_ins.find(token, idle=idle, absolute=absolute) is not None
        store.sign_ins.touch(token)
    clock.on(minutes=10)
    assert store.sign_ins.find(token, idle=idle, absolute=absolute) is None
    fresh = store.sign_ins.start(id)
    clock.on(minutes=15)
    assert store.sign_ins.find(fresh, idle=idle, absolute=absolute) is None
    assert store.sign_ins.end_old(idle=idle, absolute=absolute) == 2


def test_the_second_factor_gives_another_token_and_ends_the_first(store: Store, person: Make, clock: Clock) -> None:
    token = store.sign_ins.start(person("hana").id)
    fresh = store.sign_ins.confirm(token)
    assert store.sign_ins.find(token, idle=DAY, absolute=DAY) is None
    found = store.sign_ins.find(fresh, idle=DAY, absolute=DAY)
    assert found is not None
    assert found.second_factor_at == clock.now
    with pytest.raises(Conflict):
        store.sign_ins.confirm(token)


@pytest.mark.parametrize("change", ["active", "role", "password", "all"])
def test_who_loses_rights_is_signed_out_at_once(store: Store, person: Make, change: str) -> None:
    made, stays = person("hana"), person("taro")
    token, kept = store.sign_ins.start(made.id), store.sign_ins.start(stays.id)
    if change == "active":
        store.people.set_active(made.id, False, actor=stays.id, reason="退職")
    elif change == "role":
        store.people.set_role(made.id, "lead", actor=stays.id)
    elif change == "password":
        store.people.set_password(made.id, "x", actor=made.id)
    else:
        assert store.sign_ins.end_all_of(made.id) == 1
    assert store.sign_ins.find(token, idle=DAY, absolute=DAY) is None
    assert store.sign_ins.find(kept, idle=DAY, absolute=DAY) is not None


def test_nobody_signs_in_who_is_not_there(store: Store, person: Make) -> None:
    with pytest.raises(Conflict):
        store.sign_ins.start(4711)
    with pytest.raises(Conflict):
        store.people.set_role(4711, "lead", actor=None)
    made = person("hana")
    store.people.set_active(made.id, False, actor=None)
    assert store.sign_ins.find(store.sign_ins.start(made.id), idle=DAY, absolute=DAY) is None
