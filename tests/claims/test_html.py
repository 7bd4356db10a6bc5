"""The HTML report: complete in itself, safe, and nothing left out."""

import re
from html.parser import HTMLParser

import pytest
from grandstand.claims.base import Result, Verdict
from grandstand.claims.check import claims
from grandstand.claims.html import html
from grandstand.compare.statistics import Estimate
from grandstand.render.code import KINDS
from grandstand.render.kinds import Bar, Bars, Texts
from hypothesis import given, settings
from hypothesis import strategies as st

MACHINE = {
    "cpu": "Some CPU", "cores": 2, "python": "3.13.1", "gil": "on", "os": "Linux", "priority": "workers at nice +10",
}  # fmt: skip
VOID = {"meta", "br", "hr", "img", "input", "link"}


class Page(HTMLParser):
    """Collects elements and texts, and sees that every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.found if name == tag]


def result(ident: str = "queue-workers", verdict: Verdict = Verdict.HOLDS, says: str = "It is so.", **more) -> Result:
    values = {
        "reason": "It was 1.93× [1.90, 1.95]. So it is.",
        "figures": {"threads against sequential": Estimate(1.93, "×", 1.9, 1.95, 6, "blocks"), "alone": Estimate(3.0)},
        "n": 6,
        "seconds": 2.5,
        "at": "2026-03-04T14:05:00+01:00",
        **more,
    }
    return Result(ident, says, verdict, **values)


def test_everything_is_there():
    bars = Bars("speed", "×", (Bar("two threads", 1.9, "modes.threads", 1.8, 2.0),), 1.0)
    text = html([result(pictures=(bars,))], MACHINE)
    page = Page(text)
    of = next(c for c in claims() if c.id == "queue-workers")
    for words in (
        "Some CPU, 2 cores, Python 3.13.1, GIL on, Linux; workers at nice +10.", "It is so.", "holds", of.test,
        "It was 1.93× [1.90, 1.95]. So it is.", "1.93×", "[1.90, 1.95]", "blocks", "4 March 2026, 14:05",
        "two threads", "def work_through",
    ):  # fmt: skip
        assert words in page.text, words
    (svg,) = page.all("svg")
    assert svg["role"] == "img"
    assert "two threads 1.90× [1.80, 2.00]" in svg["aria-label"]
    assert len(page.all("details")) == 1


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_verdict_is_more_than_a_color(verdict):
    text = html([result(verdict=verdict)], MACHINE)
    chips = re.findall(r'<span class="chip \w+"><b aria-hidden="true">(.)</b> ([^<]*)</span>', text)
    assert len(chips) == 3  # counted, in the summary, at the claim
    assert {words for _, words in chips} == {verdict.value}


def test_symbols_and_classes_of_verdicts_differ():
    text = html([result(verdict=verdict) for verdict in Verdict], MACHINE)
    chips = set(re.findall(r'<span class="chip (\w+)"><b aria-hidden="true">(.)</b>', text))
    assert len(chips) == len({name for name, _ in chips}) == len({symbol for _, symbol in chips}) == len(Verdict)
    for name, _ in chips:
        assert f".{name} {{ color:" in text


def test_the_summary_leads_to_each_claim():
    page = Page(html([result(), result("no-such-claim", says="A second.")], MACHINE))
    targets = {attrs["id"] for attrs in page.all("section")}
    assert {a["href"].removeprefix("#") for a in page.all("a")} == targets
    assert len(targets) == 2


def test_the_code_has_the_colors_of_the_window():
    text = html([result()], MACHINE)
    assert '<span class="keyword">def</span> <span class="function">work_through</span>' in text
    for kind in KINDS:
        assert f"pre .{kind} {{ color: var(--code-{kind}); }}" in text


def test_an_unknown_claim_is_shown_without_code():
    page = Page(html([result("no-such-claim")], MACHINE))
    assert "no-such-claim" in page.text
    assert "What was done" not in page.text
    assert page.all("details") == []


def test_a_problem_is_shown_with_its_lines():
    page = Page(html([result(verdict=Verdict.UNDECIDED, figures={}, problem="Traceback:\n  in <f>")], MACHINE))
    assert "Traceback:\n  in <f>" in page.text
    assert "Figures" not in page.text


def test_nothing_checked_and_nothing_known():
    page = Page(html([], {}))
    assert "No claim was checked." in page.text
    assert "A machine that is not described." in page.text


def test_nothing_comes_from_elsewhere():
    texts = Texts("https://example.org", (("<img src=x>", "<script src='//evil'>", (0,)),))
    text = html([result(pictures=(texts,), says="see https://example.org")], MACHINE)
    page = Page(text)
    assert {tag for tag, _ in page.found} & {"script", "link", "img", "iframe", "object", "image", "use"} == set()
    for tag, attrs in page.found:
        for name, value in attrs.items():
            assert not name.startswith("on"), (tag, name)
            assert name not in ("src", "srcset", "style"), (tag, name)
            assert name != "href" or value.startswith("#")
    style = text.partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style


def test_each_color_has_both_themes():
    text = html([result(pictures=(Bars("b", "", (Bar("x", 0.5, "states.lock"),)),))], MACHINE)
    used = set(re.findall(r"var\((--[\w-]+)\)", text))
    light, _, dark = text.partition("prefers-color-scheme: dark")
    for name in used:
        assert f"{name}: #" in light
        assert f"{name}: #" in dark


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(), max_size=80) | st.sampled_from(["</style><script>", "\x00", "\ud800", "--> ]]>", "'\"&"])
)
def test_whatever_the_words_are_the_page_is_whole(words):
    hostile = result(
        words, says=words, reason=words, figures={words: Estimate(1, words, 0, 2, 3, words)}, at=words, problem=words,
        pictures=(Bars(words, words, (Bar(words, 1, words, 0, 2),), 1, words),),
    )  # fmt: skip
    text = html([hostile], dict.fromkeys(MACHINE, words))
    page = Page(text)
    plain = Page(html([result(pictures=(Bars("b", "×", (Bar("x", 1, "y", 0, 2),), 1, "n"),), problem="p")], MACHINE))
    assert {tag for tag, _ in page.found} <= {tag for tag, _ in plain.found} | {"p"}
    text.encode()
