"""`cnncalc explain`: how a number came about, or what a word or a fault means."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnncalc.cli import options
from cnncalc.cli.completion import completed_by
from cnncalc.cli.failing import fail
from cnncalc.cli.named import Command
from cnncalc.cli.terminal import deliver, publish, say_error
from cnncalc.language.choices import ChoiceError
from cnncalc.language.shelf import SUFFIXES, find, shipped
from cnncalc.render.formats import EXPLANATION, TEX
from cnncalc.safe import one_line

if TYPE_CHECKING:
    from cnncalc.derivation.step import Explanation, Overview
    from cnncalc.dtype import Dtype
    from cnncalc.glossary import Foreign, Meaning
    from cnncalc.language.choices import Choices
    from cnncalc.render.subjects.word import Taught


CODE = re.compile(r"(?i)CNN\d{1,4}")


class _Explain(Command):
    """The command, whose subject is no file where it is a word or a code."""

    def reads(self, ctx: click.Context) -> list[str]:
        subject = ctx.params["subject"]
        alone = ctx.params["layer"] is None and not ctx.params["reaches"]
        return [] if alone and (CODE.fullmatch(subject) or _meanings(subject)) else super().reads(ctx)


@click.command(cls=_Explain)
@click.argument("subject", metavar="SPEC|WORD|CODE", shell_complete=completed_by("subjects"))
@click.argument("layer", required=False, shell_complete=completed_by("layers"))
@options.choosing
@click.option("--reaches", is_flag=True, help="Which places of LAYER, and of the outputs, one pixel reaches.")
@options.batch
@options.dtype
@options.format_of(*EXPLANATION)
@click.option("--tex", "as_tex", is_flag=True, help="Equations for slides, in TeX.")
@options.output
def explain(
    subject: str,
    layer: str | None,
    choices: Choices,
    reaches: bool,  # noqa: FBT001  # click passes options by name
    batch: int,
    dtype: Dtype | None,
    format_: str,
    as_tex: bool,  # noqa: FBT001  # click passes options by name
    output: str | None,
) -> None:
    """Derive each number of LAYER of SPEC step by step, or the totals of SPEC; or explain a WORD or the fault CODE.

    LAYER is a path as `summarize` prints it; a block's path means its rows together and the row that gives its result.
    A WORD is one of the language, such as conv, repeat or budget, or of another framework, such as Conv2d. A fault has
    a code such as CNN401. A file with such a name is meant by its path, as in ./conv.
    """
    if reaches:
        _project(subject, layer, choices, format_, output, as_tex=as_tex)
        return
    if layer is None and CODE.fullmatch(subject):
        from cnncalc.render.subjects.lesson import Lesson

        code = subject.upper()
        lesson = Lesson(code, _lesson(code))
        if format_ == "markdown":
            deliver(lesson.text, output)
        else:
            publish(lesson, _writer(format_, "a fault", as_tex=as_tex), output)
        return
    taught = _taught(subject) if layer is None else None
    if taught:
        publish(taught, _writer(format_, "a word", as_tex=as_tex), output)
        return
    from cnncalc.analysis import analyze
    from cnncalc.derivation.explain import explain_row
    from cnncalc.derivation.totals import explain_group, explain_network
    from cnncalc.lookup.networks import unknown_layer
    from cnncalc.render.subjects.explanation import Explained

    network = options.network_of(subject, choices)
    report = analyze(network, batch=batch, dtype=dtype)
    explained: Explanation | Overview
    if layer is None:
        explained = explain_network(network, report)
    elif layer in network.by_path:
        explained = explain_row(network, report, layer)
    elif layer in network.results:
        explained = explain_group(network, report, layer)
    else:
        raise unknown_layer(layer, network)
    publish(Explained(explained), TEX if as_tex else EXPLANATION[format_], output)


def _project(
    subject: str, layer: str | None, choices: Choices, format_: str, output: str | None, *, as_tex: bool
) -> None:
    """What one pixel reaches of a layer and of the outputs; without a layer of the outputs alone."""
    from cnncalc.derivation.reaches import projection
    from cnncalc.lookup.networks import unknown_layer
    from cnncalc.render.subjects.projection import Projected

    network = options.network_of(subject, choices)
    path = layer or network.outputs[0]
    if path not in network.by_path and path not in network.results:
        raise unknown_layer(path, network)
    publish(Projected(projection(network, path)), _writer(format_, "a projective field", as_tex=as_tex), output)


def _writer(format_: str, what: str, *, as_tex: bool) -> str:
    if as_tex:
        raise click.UsageError(f"--tex writes the equations of a LAYER of a SPEC, and {what} has none")
    return EXPLANATION[format_]


def _taught(word: str) -> Taught | None:
    """What a word means, or a word of another framework; None where it names a network or nothing at all.

    A word of the language goes before a file of its name: `input` and `weights` are names that files have.
    """
    meanings = _meanings(word)
    if meanings is None:
        return None
    if meanings:
        if Path(word).is_file():
            say_error(f"note: there is a file named {one_line(word)} too: `cnncalc explain ./{one_line(word)}`")
        return _with_examples(meanings)
    from cnncalc import glossary

    try:
        find(word)
    except ChoiceError:
        foreign = glossary.foreign_word(word)
        if foreign:
            return _with_examples(glossary.meanings_of(foreign.ours), foreign)
        meant = glossary.near(word)
        if meant:
            fail(f"there is neither a word, a file nor a network that ships named {word}: did you mean {meant}?")
    return None


def _meanings(word: str) -> list[Meaning] | None:
    """What a word means in the language; None where the text is a path or names a network that ships."""
    if "/" in word or "\\" in word or word.endswith(SUFFIXES) or word.partition(":")[0] in shipped():
        return None
    from cnncalc import glossary

    return glossary.meanings_of(word)


def _with_examples(meanings: list[Meaning], foreign: Foreign | None = None) -> Taught:
    """The meanings, each kind with the derivation of the last row of that kind in its example."""
    from cnncalc.analysis import analyze
    from cnncalc.derivation.explain import explain_row
    from cnncalc.language.load import declared, expanded
    from cnncalc.language.yaml.source import source_of_text
    from cnncalc.layers import KINDS
    from cnncalc.render.subjects.word import Taught

    derivations: list[Explanation | None] = []
    for meaning in meanings:
        derivations.append(None)
        if meaning.word in KINDS and meaning.is_kind:
            network = expanded(*declared(source_of_text(meaning.example)))
            path = [node.path for node in network.nodes if node.kind == meaning.word][-1]
            derivations[-1] = explain_row(network, analyze(network), path)
    return Taught(meanings, derivations, foreign)


def _lesson(code: str) -> str:
    """The lesson behind a code; for one that does not exist, the nearest is named."""
    from cnncalc.render.lessons import lesson_of, nearest

    lesson = lesson_of(code)
    if not lesson:
        fail(f"there is no fault {code}; the nearest is {nearest(code)}")
    return lesson.removesuffix("\n")
