"""One `run` of a network under a limit of memory: picture after picture, what does not fit in strips of rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from math import prod

from cnncalc.executor.fast.strips.passes import Passes
from cnncalc.executor.files.opening import ImageError
from cnncalc.executor.files.rows import Several, Sink, is_array, source
from cnncalc.executor.memory import MemoryRefusal, Need, free_memory, refuse_if_too_large
from cnncalc.executor.session.answers import Listener
from cnncalc.executor.session.feeds import Feed, Picture, counted, pictures_of
from cnncalc.executor.session.session import Limited, Result, Session, Watch
from cnncalc.executor.trace import row_of

SHARE_KEPT_BACK = 8
"""One in so many bytes of the limit is kept back for what reads, answers, saves and draws, band by band."""


class LimitedSession(Session):
    """A session whose activations and scratch stay below a limit; a picture counts as it is decoded, byte by byte.

    Args:
        network: what to run.
        images: as for any `Session`.
        options: how, the limit among them; one picture at a time, by the fast executor.

    Raises:
        RunError: see `Session`; or not even the thinnest strips stay below the limit.
    """

    @property
    def limited(self) -> Limited:
        """The limit and what was made of it so far."""
        strips = self._strips_beside(0)
        weights = sum(array.nbytes for array in self.weights.values())
        return Limited(self.options.memory, strips.peak_bytes + self._held, strips.strips, weights)

    def results(self, top: int, folder: str, watch: Watch | None = None) -> Iterator[Result]:
        """The answers of each file in turn, as any session gives them."""
        for feed in self.feeds:
            try:
                for picture in pictures_of(feed, counted(self.network, feed)):
                    yield self._result(feed, picture, top, folder, watch)
            except (ImageError, OSError) as error:
                yield Result(feed.name, fault=str(error))
            except MemoryRefusal as refusal:
                yield Result(feed.name, fault=f"{feed.name}: {refusal.fact}")

    def _refuse_what_cannot_fit(self) -> None:
        weights = 4 * sum(prod(array.shape) for _, _, array in self.network.kept())
        refuse_if_too_large(Need(weights, 0, 0), free_memory())

    def _make_ready(self) -> None:
        self._held = max(map(self._expected, self.feeds), default=0)
        self._strips = self._made_beside(self._held)

    def _expected(self, feed: Feed) -> int:
        """What the decoded pictures of a feed are likely to hold: a byte a pixel where grey is wanted, else four."""
        volumes = [self.network.inputs[name].volume for name, file in feed.files.items() if not is_array(file)]
        return sum(volume.places * (1 if volume.channels == 1 else 4) for volume in volumes)

    def _strips_beside(self, held: int) -> Passes:
        """The strips, beside so many bytes of pictures or more.

        Raises:
            MemoryRefusal: there is not enough left for them.
        """
        if held > self._held:
            self._strips, self._held = self._made_beside(held), held
        return self._strips

    def _made_beside(self, held: int) -> Passes:
        limit = self.options.memory
        kept_back = limit // SHARE_KEPT_BACK
        room = limit - kept_back - held
        beside = f"of {limit:,} bytes {kept_back:,} are reserved to read, save and draw"
        if held:
            beside += f", and {held:,} hold the picture"
        if room <= 0:
            raise MemoryRefusal(f"--memory is too small: {beside}")
        options = self.options
        try:
            made = Passes(self.network, self.weights, room, options.dtype, threads=options.threads, keep=self.save)
        except MemoryRefusal as refusal:
            raise MemoryRefusal(f"--memory is too small: {refusal.fact} ({beside})") from None
        refuse_if_too_large(Need(0, made.peak_bytes, 0), free_memory())
        return made

    def _result(self, feed: Feed, picture: Picture, top: int, folder: str, watch: Watch | None) -> Result:
        network = self.network
        sources = {name: source(path, network.inputs[name], picture.number) for name, path in feed.files.items()}
        strips = self._strips_beside(sum(image.held_bytes for image in sources.values()))
        listeners = [
            (row, Listener(name, network.volume(row), top))
            for name, row in zip(network.output_names or network.outputs, network.outputs, strict=True)
        ]
        album = self._album(picture, folder)
        with ExitStack() as files:
            sinks: dict[str, list[Sink]] = {}
            for row, listener in listeners:
                sinks.setdefault(row, []).append(listener)
            for path in self.save:
                grows = files.enter_context(album.growing(path, self.options.dtype))
                sinks.setdefault(row_of(network, path), []).append(grows)
            strips.run(sources, {row: Several(own) for row, own in sinks.items()}, watch)
        answers = tuple(listener.answer() for _, listener in listeners)
        if not self.save:
            return Result(picture.name, answers)
        return Result(picture.name, answers, tuple(album.files), album.write_page(picture.name, self.weights_told))
