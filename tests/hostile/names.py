"""Names that steer whatever shows them, and for each kind of output a reader that notices when one of them does."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Mapping, Sequence
from html.parser import HTMLParser
from io import StringIO
from unicodedata import category
from xml.etree import ElementTree as ET

from markdown_it import MarkdownIt
from markdown_it.token import Token

from cnncalc.render import formats

NAMES = (
    "two\nlines",
    "a\r\n::error::x",
    "\rover",
    "tab\there",
    "\x1b[2J\x1b[31mred",
    "\x1b]8;;http://x.org\x07link\x1b]8;;\x07",
    "\x9b2J",
    "\x00nul",
    "\u202egnp.exe",
    "\u2066isolated\u2069",
    "zero\u200bwidth\ufeff",
    "line\u2028separated\u2029",
    "undecodable\udcff",
    "::error::x",
    "  ::error file=a.yaml,line=1::x",
    "::set-output name=a::b",
    "::stop-commands::x",
    "##[error]x",
    "a ##[add-mask]x",
    "##vso[task.setvariable variable=a]b",
    "##teamcity[testFailed name='x']",
    "%0A::error::x",
    "a,line=1::x",
    "[a](http://x.org)",
    "[a](1)",
    "![](http://x.org/x.png)",
    "http://x.org www.x.org a@x.org",
    "<http://x.org>",
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "</summary></details>",
    "]]>",
    "&amp; &lt;b&gt; &#64;",
    "a|b|c",
    "`a` ``b` |www.x.org`",
    "```",
    "\\`www.x.org",
    "# a",
    "- a",
    "1. a",
    "---",
    "=cmd|'/c calc'!A1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "@user",
    "#1 GH-1",
    "$(x) ${x} `x`",
    "$\\input{x}$",
    "\\input{x}",
    "\\end{align*}",
    "100 % {a} {0} {a!r}",
    "_^{}~&#",
    "^^5cinput{x}",
    "شبكة عصبية",
    "e\u0301\u0302\u0303",
    "👩\u200d👩\u200d👧 ✓",
    "[bold]rich[/bold]",
    "'\"",
    "long" * 60,
)
STEERING = "a\n::error::x\r##[error]y\x1b[2J\u202e\udc80 [a](http://x.org) <img src=x> =1+1"
"""What steers most readers, in one value of an option."""

UNSEEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
JOINERS = "\u200c\u200d"
COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")
LINKING = re.compile(r"(?i)@\w|www\.|\w://|#\d|mailto:")
TEX_WORDS = (
    "paragraph|text|verb|begin|end|frac|left|right|lfloor|rfloor|lceil|rceil|cdot|underbrace|max|min|"
    "textbackslash|textasciitilde|textasciicircum"
)


def of_terminal(text: str) -> None:
    """No character moves the cursor, turns the direction of writing or cannot be seen."""
    odd = {sign for sign in text if sign not in "\n\t" + JOINERS and category(sign) in UNSEEN}
    assert not odd, odd


def of_log(text: str) -> None:
    """GitHub's runner, Azure's and TeamCity take no line for a command."""
    for line in re.split(r"\r\n|\r|\n", text):
        assert not line.lstrip().startswith("::"), line
        assert not re.search(r"##\w*\[", line), line


def of_lines(text: str) -> None:
    of_terminal(text)
    of_log(text)


def of_concise(text: str) -> None:
    """Each line is a place, and a fault or what is not judged."""
    of_lines(text)
    for line in text.splitlines():
        assert re.fullmatch(r".*:\d+:\d+: (CNN\d{3}|not judged:) .+|.*: and \d+ .*", line), line


def of_json(text: str) -> None:
    assert text.isascii()
    of_log(text)
    json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8")


def of_csv(text: str) -> None:
    of_lines(text)
    rows = list(csv.reader(StringIO(text)))
    assert {len(row) for row in rows} <= {len(rows[0])} if rows else True
    for cell in (cell for row in rows for cell in row):
        assert not cell.startswith(tuple("=+-@\t\r")) or re.fullmatch(r"-|-?[\d.]+(x-?[\d.]+)*", cell), cell


def of_markdown(text: str) -> None:
    """Nothing that was written is a link, a picture, a tag or a mention, and no row of a table has a cell more."""
    of_lines(text)
    rows = [re.sub(r"\\.", "", line).count("|") for line in text.split("\n") if line.startswith("|")]
    assert not rows or len({*rows}) <= 2, text  # there are at most two tables
    for token in _tokens(MarkdownIt("commonmark").enable("table").parse(text)):
        assert token.type not in {"link_open", "image", "html_inline"}, token
        if token.type == "html_block":
            assert re.fullmatch(r"<details><summary>[\w ,.]+</summary>|</details>", token.content.strip()), (
                token.content
            )
        if token.type == "text":
            assert not LINKING.search(token.content), token.content


def _tokens(tokens: list[Token]) -> list[Token]:
    return [part for token in tokens for part in (token, *(_tokens(token.children or [])))]


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"p", "b", "code", "ul", "li", "table", "tr", "th", "td", "pre", "details", "summary"}, tag
        assert {name for name, _ in attrs} <= {"style"}, attrs
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


class _Page(HTMLParser):
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag != "script"
        for name, value in attrs:
            assert not name.startswith("on"), attrs
            assert name not in {"href", "src"} or ":" not in (value or ""), attrs


def of_html(text: str) -> None:
    of_terminal(text)
    reader = _Tags()
    reader.feed(text)
    reader.close()
    assert not reader.open


def of_page(text: str) -> None:
    """A page with pictures: no script, and nothing from elsewhere."""
    of_terminal(text)
    _Page().feed(text)


def of_tex(text: str) -> None:
    """Only our own commands, balanced braces, and a comment only where a line begins."""
    of_lines(text)
    text = re.sub(r"\\verb\|[^|\n]*\|", "", text)
    text = text.replace("\\\\\n", "\n")
    assert all(re.fullmatch(TEX_WORDS, word) for word in re.findall(r"\\([A-Za-z]+)", text)), text
    bare = re.sub(r"\\.", "", text)
    assert bare.count("{") == bare.count("}")
    assert not re.search(r"(?m)^.+%", bare), text
    assert "$" not in bare
    assert "#" not in bare


def of_github(text: str) -> None:
    """Every line is one of our commands, and its text is read back without a character that steers."""
    for line in filter(None, re.split(r"\r\n|\r|\n", text)):
        found = COMMAND.fullmatch(line)
        assert found, line
        properties = dict(entry.split("=", 1) for entry in found[2].split(","))
        assert set(properties) <= {"file", "line", "endLine", "col", "endColumn", "title"}, line
        for value in properties.values():
            of_terminal(_undone(value))
            assert "\n" not in _undone(value), line
        of_terminal(_undone(found[3]))


def _undone(text: str) -> str:
    for escape, sign in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, sign)
    return text


def of_sarif(text: str) -> None:
    """No message has a link."""
    of_json(text)
    for message in _messages(json.loads(text)):
        assert not re.search(r"(?<!\\)(\\\\)*\[[^\]]*[^\\]?\]\(", message), message
        of_terminal(message)


def _messages(part: object) -> list[str]:
    if isinstance(part, dict):
        own = [part["text"]] if set(part) == {"text"} else []
        return own + [text for key, value in part.items() if key != "snippet" for text in _messages(value)]
    return [text for value in part for text in _messages(value)] if isinstance(part, list) else []


def of_junit(text: str) -> None:
    of_lines(text)
    for element in ET.fromstring(text).iter():  # noqa: S314  # what we wrote
        assert element.tag in {"testsuites", "testsuite", "testcase", "failure", "error", "skipped", "system-out"}


READERS: Mapping[str, Callable[[str], None]] = {
    formats.SCREEN: of_lines,
    formats.JSON: of_json,
    formats.MARKDOWN: of_markdown,
    formats.CSV: of_csv,
    formats.HTML: of_html,
    formats.TEX: of_tex,
    "checks.faults:full": of_lines,
    "checks.faults:concise": of_concise,
    "checks.github:github": of_github,
    "checks.sarif:sarif": of_sarif,
    "checks.junit:junit": of_junit,
}
"""By writer: a new one finds no reader here, and the tests fail."""

SPOILED: Sequence[tuple[Callable[[str], None], str]] = [
    *(
        (of_lines, text)
        for text in (
            "\x1b[2J",
            "\u202e",
            "\u200b",
            "\udc80",
            "\r",
            "  ::error::x",
            "a\n::x",
            "a ##[error]x",
            "##vso[x]",
        )
    ),
    *((of_json, text) for text in ('"\\udc80"', '"##[x]"', '"é"', "{")),
    *(
        (of_markdown, text)
        for text in (
            "[a](http://x)",
            "![](x)",
            "a <b>",
            "<p>",
            "@user",
            "www.x",
            "<http://x>",
            "|a|\n|-|\n|a|b|\n|a|b|c|",
        )
    ),
    *((of_csv, text) for text in ("a\n=1", "a\n-b", "a\n@b", "a,b\nc", "a\n\x1b")),
    *((of_html, text) for text in ("<img src=x>", "<p onclick=x>", "<p>", "\x1b")),
    *((of_tex, text) for text in ("\\input{x}", "a % b", "{", "$x$", "a#b", "\x1b")),
    *((of_concise, text) for text in ("a\nb.yaml:1:1: CNN101 x", "\x1b", "::error::x")),
    *(
        (of_github, text)
        for text in (
            "::error file=a::b\nx",
            "::error x=a::b",
            "::debug::x",
            "::error file=a::\x1b",
            "::error file=a,::b",
        )
    ),
    *((of_sarif, text) for text in ('[{"text": "[a](b)"}]', '[{"text": "\\\\\\\\[a](b)"}]', '[{"text": "\\u001b"}]')),
    *((of_junit, text) for text in ("<a/>", "<testsuites>&</testsuites>", "<testsuites>\x1b</testsuites>")),
]
"""What each reader must refuse."""
