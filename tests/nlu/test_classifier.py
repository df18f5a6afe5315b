from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nlu.classifier as classifier_module
from catalog.model import CATEGORY_IDS
from nlu.classifier import Classifier, Model, load
from nlu.registry import Registry, Stored
from nlu.text import normalise
from nlu.tokenizer import tokens
from nlu.weights import Trained


@pytest.fixture(scope="module")
def model(trained: Trained) -> Model:
    return Model(Stored("0123456789abcdef", trained))


def test_all_twelve_are_ranked_and_the_whole_is_one(model: Model) -> None:
    found = model.predict("母の介護で仕事を辞めるしかない")
    assert {score.category for score in found.ranked} == set(CATEGORY_IDS)
    probabilities = [score.probability for score in found.ranked]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) + found.none_probability == pytest.approx(1)
    assert found.model == "0123456789abcdef"


@pytest.mark.parametrize("text", ["", " ", "。。。", "\u200b", "😢"])
def test_nothing_is_never_sure(model: Model, text: str) -> None:
    assert not model.predict(text).sure


def test_sure_needs_both_thresholds(trained: Trained) -> None:
    text = "給料が払われない 残業代が出ない 会社をクビになった"

    def sure(**changed: float) -> bool:
        return Model(Stored("x", Trained(**{**vars(trained), **changed}))).predict(text).sure

    assert sure(sure_probability=0.01, sure_margin=0.0)
    assert not sure(sure_probability=1.01, sure_margin=0.0)
    assert not sure(sure_probability=0.01, sure_margin=1.0)


@settings(max_examples=5_000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=())))
def test_any_text(model: Model, text: str) -> None:
    found = model.predict(text)
    assert len(found.ranked) == 12
    assert sum(s.probability for s in found.ranked) + found.none_probability == pytest.approx(1)


@pytest.mark.parametrize("text", ["あ" * 100_000, "a b " * 30_000, "\ud800" * 5, "家賃" * 24_574, "\x00\x01"])
def test_hostile_texts(model: Model, text: str) -> None:
    model.predict(text)


def test_threads(model: Model) -> None:
    texts = [f"夫が{n}年も口をきかない。子どもは学校に行かなくなった" for n in range(40)] * 4
    alone = [model.predict(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(model.predict, texts)) == alone


@pytest.fixture(scope="module")
def classifier(instance: Path) -> Classifier:
    return load(instance)


@given(st.lists(st.text(max_size=40), max_size=8))
@settings(max_examples=200)
def test_many_at_once_are_read_as_one_by_one(classifier: Classifier, texts: list[str]) -> None:
    texts = [*texts, "", "家賃が払えない", "もう死にたい", *texts]
    alone = [classifier.predict(text) for text in texts]
    together = classifier.predict_all(texts)
    assert together is not None
    for one, other in zip(alone, together, strict=True):
        assert one is not None
        assert [score.category for score in one.ranked] == [score.category for score in other.ranked]
        assert [s.probability for s in one.ranked] == pytest.approx([s.probability for s in other.ranked], abs=1e-5)
        assert (one.sure, one.danger) == (other.sure, other.danger)


@pytest.fixture
def following(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Classifier]:
    monkeypatch.setattr(classifier_module, "LOOK_EVERY_SECONDS", 0.0)
    return lambda: Classifier(registry)


def test_a_promotion_is_followed(following: Callable[[], Classifier], registry: Registry, trained: Trained) -> None:
    classifier = following()
    assert classifier.predict("家賃") is None
    assert classifier.problem == "使うモデルが、まだありません"
    first = registry.save(trained)
    registry.promote(first)
    assert classifier.predict("家賃") is not None
    assert (classifier.version, classifier.problem) == (first, None)
    second = registry.save(Trained(**{**vars(trained), "temperature": 2.0}))
    registry.promote(second)
    classifier.predict("家賃")
    assert classifier.version == second
    registry.rollback()
    classifier.predict("家賃")
    assert classifier.version == first


def test_the_last_usable_model_stays_when_the_new_one_is_broken(
    following: Callable[[], Classifier], registry: Registry, trained: Trained
) -> None:
    first = registry.save(trained)
    registry.promote(first)
    classifier = following()
    second = registry.save(Trained(**{**vars(trained), "temperature": 2.0}))
    registry.promote(second)
    shutil.rmtree(registry.folder / second)
    assert classifier.predict("家賃") is not None
    assert classifier.version == first
    assert "ファイルが足りません" in str(classifier.problem)


def test_without_an_instance_nothing_is_raised(tmp_path: Path) -> None:
    classifier = load(tmp_path)
    assert classifier.predict("家賃") is None
    assert "鍵" in str(classifier.problem)


@pytest.mark.parametrize(
    ("imported", "absent"),
    [
        ("nlu, nlu.prediction, nlu.text, nlu.evaluation", ("numpy", "sudachipy", "sklearn", "scipy")),
        ("nlu.classifier", ("sklearn", "scipy", "flask")),
    ],
)
def test_importing_is_light(imported: str, absent: tuple[str, ...]) -> None:
    program = f"import sys, {imported}; print([n for n in {absent!r} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_why_names_words_of_the_text_itself(model: Model) -> None:
    text = "会社をクビになって家賃が払えない"
    words = model.why(text, model.predict(text).ranked[0].category)
    assert words
    assert set(words) <= set(tokens(normalise(text)))
    assert model.why("", "work") == ()


def test_words_said_back_are_of_the_text_and_spoke_for_the_category(model: Model) -> None:
    text = "家賃を滞納していて大家に出ていけと言われた"
    said = model.heard(text, model.predict(text).ranked[0].category)
    assert 1 <= len(said) <= 2
    assert all(word in text for word in said)
    assert model.heard("", "work") == ()
    assert model.heard("田中健一さん", "work") == ()


class Broken:
    """A model that does with a text what the test says."""

    version = "0123456789abcdef"

    def __init__(self, does: Callable[[], None]) -> None:
        self._does = does

    def predict(self, text: str) -> None:
        self._does()

    def heard(self, text: str, category: str) -> tuple[str, ...]:
        self._does()
        return ()


@pytest.fixture
def serving(registry: Registry, trained: Trained) -> Classifier:
    registry.promote(registry.save(trained))
    return Classifier(registry, within=30.0)


def test_a_page_gets_the_same_answer_as_everybody(serving: Classifier) -> None:
    text = "会社をクビになって家賃が払えない"
    assert serving.predict_in_time(text) == serving.predict(text)
    assert serving.heard_in_time(text, "work") == serving.heard(text, "work")
    assert serving.problem is None


def test_a_page_does_not_wait_for_a_model_that_hangs_and_buttons_take_over(serving: Classifier) -> None:
    right, hung = serving._model, threading.Event()
    serving._within = 0.2
    serving._model = Broken(hung.wait)  # type: ignore[assignment]
    assert serving.predict_in_time("家賃") is None
    assert serving.heard_in_time("家賃", "work") == ()
    assert serving.problem == classifier_module.LATE
    serving._model, serving._within = right, 30.0
    hung.set()
    for _ in range(300):
        if serving.predict_in_time("家賃") is not None:
            break
        time.sleep(0.05)
    assert serving.problem is None


def test_a_model_that_raises_is_no_answer_and_says_so_until_it_answers(serving: Classifier) -> None:
    def fail() -> None:
        raise RuntimeError("canary")

    right = serving._model
    serving._model = Broken(fail)  # type: ignore[assignment]
    assert serving.predict_in_time("家賃") is None
    assert serving.predict("家賃") is None
    assert serving.problem == classifier_module.FAILING
    serving._model = right
    assert serving.predict_in_time("家賃") is not None
    assert serving.problem is None


def test_a_promoted_model_that_cannot_answer_is_not_put_into_use(
    following: Callable[[], Classifier], registry: Registry, trained: Trained
) -> None:
    first = registry.save(trained)
    registry.promote(first)
    classifier = following()
    second = registry.save(Trained(**{**vars(trained), "labels": trained.labels[:3]}))
    registry.promote(second)
    assert classifier.predict("家賃") is not None
    assert classifier.version == first
    assert "答えを出せません" in str(classifier.problem)


def test_at_the_start_the_model_before_takes_over_from_a_broken_one_until_that_is_mended(
    following: Callable[[], Classifier], registry: Registry, trained: Trained
) -> None:
    first = registry.save(trained)
    registry.promote(first)
    second = registry.save(Trained(**{**vars(trained), "temperature": 2.0}))
    registry.promote(second)
    weights = registry.folder / second / "weights.npz"
    whole = weights.read_bytes()
    weights.write_bytes(whole[:99] + bytes([whole[99] ^ 1]) + whole[100:])
    classifier = following()
    assert classifier.predict("家賃") is not None
    assert (classifier.version, classifier.working) == (first, True)
    assert "作った時と違います" in str(classifier.problem)
    weights.write_bytes(whole)
    classifier.predict("家賃")
    assert (classifier.version, classifier.problem) == (second, None)


def test_a_pointer_that_cannot_be_read_is_a_problem_and_no_crash(
    following: Callable[[], Classifier], registry: Registry, trained: Trained
) -> None:
    registry.promote(registry.save(trained))
    classifier = following()
    pointer = registry.folder / "current.json"
    pointer.unlink()
    pointer.mkdir()
    assert classifier.predict("家賃") is not None
    assert "読めません" in str(classifier.problem)
