"""The model server's parts that need no socket."""

from smoke.servers.models import HOLD, embedded, go_on, pieces, told


def test_it_answers_with_all_that_it_was_told() -> None:
    messages: list[dict[str, object]] = [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": [{"type": "text", "text": "Look"}, {"type": "image_url", "image_url": {}}]},
    ]
    assert told(messages) == "I was told: Be kind.\nLook"


def test_an_answer_is_cut_without_loss() -> None:
    text = "I was told: a long story"
    assert list(pieces(text)) == ["I was told: ", "a long story"]


def test_a_held_answer_goes_on_when_it_is_told_to() -> None:
    go_on.set()
    assert "".join(pieces(f"I was told: {HOLD}, please")) == f"I was told: {HOLD}, please"
    assert not go_on.is_set(), "the next answer waits again"


def test_texts_that_share_words_are_nearer() -> None:
    def likeness(one: str, other: str) -> float:
        return sum(a * b for a, b in zip(embedded(one), embedded(other), strict=True))

    question = "who is the harbour master"
    assert likeness(question, "the harbour master is Wilhelmina") > likeness(question, "tides come twice a day")
    assert abs(likeness(question, question) - 1) < 1e-9
