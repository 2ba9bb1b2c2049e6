"""Every format that a command offers has a writer, and every block is written by all that write documents."""

from __future__ import annotations

from importlib import import_module

import pytest

from cnncalc.render import formats
from cnncalc.render.document import LEFT, Bar, Code, Column, Document, Heading, Name, Note, Notes, Paragraph, Table
from cnncalc.render.formats import HTML, MARKDOWN, SCREEN, Screen, write
from cnncalc.render.subjects import Subject
from cnncalc.render.subjects.shelf import Shelf

OFFERED = {
    f"{command.lower()} {name}": writer
    for command in ("REPORT", "DIFFERENCE", "EXPLANATION", "RUN", "SOLUTION", "CHECK", "COUNTING")
    for name, writer in getattr(formats, command).items()
}


COLUMNS = [Column("layer", "layer", ["a_1", "b"], LEFT, "cyan"), Column("n", "n", ["10", "2"])]


class Everything(Subject):
    """One of each block."""

    parts: Document

    def document(self, medium: str) -> Document:
        return self.parts


EVERYTHING = Everything(
    [
        [Heading(["a <title>", "in parts"])],
        [Paragraph([Name("a@b"), " → ", Name("c")]), Paragraph(["It is over."])],
        [Table(COLUMNS, ["", "dim"], summary="two rows")],
        [Notes([Note("sum", "12 of them all, and then a few more"), Note("", "none", "yellow")], 6)],
        [Heading(["code"], 3), Code(["  x = 1"])],
    ]
)

ON_A_SCREEN = """\
a <title> - in parts

a@b -> c
It is over.

layer   n
---------
a_1    10
b       2

sum   12 of them all, and then a few
      more
      none

code
  x = 1"""

IN_MARKDOWN = """\
## a &lt;title&gt; · in parts

`a@b` → `c`

It is over.

<details><summary>two rows</summary>

| layer | n |
| --- | ---: |
| a\\_1 | 10 |
| b | 2 |

</details>

- **sum**: 12 of them all, and then a few more
- none

### code

```text
x = 1
```"""

IN_HTML = (
    "<p><b>a &lt;title&gt; · in parts</b></p><p><code>a@b</code> → <code>c</code></p><p>It is over.</p>"
    '<details><summary>two rows</summary><table><tr><th>layer</th><th>n</th></tr><tr><td style="text-align:left">a_1'
    '</td><td style="text-align:right">10</td></tr><tr style=opacity:.5><td style="text-align:left">b</td>'
    '<td style="text-align:right">2</td></tr></table></details>'
    "<ul><li><b>sum</b> 12 of them all, and then a few more</li><li>none</li></ul><p><b>code</b></p><pre>  x = 1</pre>"
)


@pytest.mark.parametrize("writer", OFFERED.values(), ids=OFFERED)
def test_every_format_that_is_offered_has_a_writer(writer):
    module, _, name = writer.partition(":")
    assert callable(getattr(import_module(f"cnncalc.render.{module}"), name))


def test_a_screen_shows_every_block_within_its_width_and_glyphs():
    assert write(EVERYTHING, SCREEN, Screen(36, glyphs="ascii")) == ON_A_SCREEN


def test_colour_is_that_of_labels_columns_and_rows():
    text = write(EVERYTHING, SCREEN, Screen(36, color=True))
    assert "\x1b[1msum   \x1b[0m12 of them" in text
    assert "\x1b[1;33m      none\x1b[0m" in text
    assert "\x1b[36ma_1  \x1b[0m  10" in text
    assert "\x1b[2mb       2\x1b[0m" in text


def test_markdown_has_every_block_and_keeps_what_was_written_literal():
    assert write(EVERYTHING, MARKDOWN) == IN_MARKDOWN


def test_html_has_every_block_and_escapes_what_was_written():
    assert write(EVERYTHING, HTML) == IN_HTML


@pytest.mark.parametrize(("glyphs", "bar"), [("unicode", "███"), ("ascii", "###")])
def test_a_bar_is_as_long_as_its_part_of_the_most(glyphs, bar):
    document = [[Table([Column("bar", "", [Bar(50, 100), Bar(0, 100)], LEFT), Column("n", "n", ["1", "2"])])]]
    assert write(Everything(document), SCREEN, Screen(glyphs=glyphs)).split("\n")[2:] == [f"{bar}  1", "     2"]


def test_the_shelf_needs_no_unicode():
    shelf = Shelf([("a", "A", "10", 7, 1200)])
    assert write(shelf, SCREEN, Screen(glyphs="ascii")).isascii()
