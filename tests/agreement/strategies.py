"""Draws whole networks as the text of a spec: layers, joins, blocks, repeats and shares, valid by construction."""

from __future__ import annotations

from typing import Any, NamedTuple

from hypothesis import strategies as st

from cnncalc.layers import KINDS
from cnncalc.volume import Volume
from tests.agreement.strategies_layers import MOST_CHANNELS, Drawn, any_layer, built, fitting_kinds, layer, suiting
from tests.agreement.strategies_text import Modifiers, Pen, item, plain
from tests.agreement.strategies_windows import Draw

ROUNDINGS = ("exact", "floor", "ceil")
DEEPEST = 2
"""How deep joins and sequences stand in one another."""

UNIT = """\
  Unit:
    params: {f: $input.channels, k: 3}
    layers:
      - conv: {filters: $f, kernel: $k, padding: half, bias: false}
      - batch_norm
      - add:
        from: [input, previous]
        if: $f == $input.channels
"""
PAIR = """\
  Pair:
    params: {f, g: "min($f, 2)"}
    layers: [Unit: {f: $f, k: 1}, {Unit: {f: $g}, repeat: 2}]
"""
MERGE = """\
  Merge:
    inputs: [skip]
    params: {f: $input.channels}
    layers: [conv: {filters: $f, kernel: 1, act: relu}, {concat: , from: [skip, previous]}]
"""


class Tensor(NamedTuple):
    """A tensor that is on the table: its volume, and its name if it has one."""

    volume: Volume
    name: str | None = None


class Written(NamedTuple):
    """An item without its modifiers, and what it gives; `layer` where it is a single one."""

    kind: str
    value: str
    volume: Volume
    layer: Drawn | None = None


class Sketch:
    """A network that is being drawn.

    Attributes:
        open: named tensors that nothing has used yet.
        named: all named tensors.
        shared: layers whose weights another may use, by name, with what they read.
    """

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.pen = Pen(draw)
        self.roundings: dict[str, str] = {}
        self.blocks: dict[str, str] = {}
        self.lines: list[str] = []
        self.open: dict[str, Tensor] = {}
        self.named: dict[str, Tensor] = {}
        self.shared: list[tuple[str, Volume, Written]] = []
        self.current = Tensor(Volume((1,)))

    def pick(self, *choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    # What can stand anywhere: at the top, in a branch, in a sequence.

    def single(self, x: Volume, *, arriving: bool = True) -> Written:
        return self.written(any_layer(self.draw, x, self.roundings), x, arriving=arriving)

    def written(self, drawn: Drawn, x: Volume, *, arriving: bool = True) -> Written:
        return Written(drawn.kind, self.pen.value_of(drawn, x.channels if arriving else None), drawn.volume, drawn)

    def any_item(self, x: Volume, depth: int) -> tuple[str, Volume]:
        """An item with modifiers of its own that need no name."""
        ways = ["layer"] * 6 + ["absent", "repeat"] + (["join"] * 2 + ["sequence"] if depth < DEEPEST else [])
        way = self.pick(*ways, *(["block", "columns"] if x.rank and x.channels <= MOST_CHANNELS[x.rank] else []))
        if way == "absent":
            return item(*self.single(x)[:2], {"if": self.pick(False, "1 > 2")}), x
        if way == "repeat":
            return item(*self.keeping(x)[:2], {"repeat": self.pick(0, 1, 2, "1+1")}), x
        if way == "columns":
            return self.columns(x)
        if way == "sequence":
            texts, volume = self.several(x, depth + 1)
            return item("sequence", f"[{', '.join(texts)}]"), volume
        made = self.join(x, depth + 1) if way == "join" else self.use_of_block(x) if way == "block" else self.single(x)
        return item(made.kind, made.value, self.pick(None, None, {"if": True}, {"note": "drawn"})), made.volume

    def several(self, x: Volume, depth: int) -> tuple[list[str], Volume]:
        texts = []
        for _ in range(self.pick(1, 1, 2)):
            text, x = self.any_item(x, depth)
            texts.append(text)
        return texts, x

    def keeping(self, x: Volume) -> Written:
        """A layer that leaves the volume as it is."""
        families = fitting_kinds(x)
        ways = [families[name] for name in families if name.endswith(("norm", "activation"))]
        if x.rank and self.pick(True, False):
            kind = self.pick("conv", "max_pool", "depthwise")
            first = {"filters": x.channels} if kind == "conv" else {}
            values = {**first, "kernel": tuple(self.pick(1, 2, 3) for _ in x.sizes), "stride": 1, "padding": "same"}
            return self.written(built(kind, values, x, self.roundings), x)
        return self.written(layer(self.draw, self.pick(*self.pick(*ways)), x, self.roundings), x)

    def columns(self, x: Volume) -> tuple[str, Volume]:
        """A repeat over columns: its turns differ."""
        widths = [self.pick(1, 2, 3) for _ in range(self.pick(1, 2))]
        kernels = [self.pick(1, 3) for _ in widths]
        text = item("conv", "{filters: $w, kernel: $k, padding: half}", {"repeat": {"w": widths, "k": kernels}})
        return text, x.with_channels(widths[-1])

    def use_of_block(self, x: Volume) -> Written:
        self.blocks["Unit"] = UNIT
        if self.pick(True, False):
            self.blocks["Pair"] = PAIR
            width = self.pick(1, 2, 3)
            return Written("Pair", plain(width), x.with_channels(min(width, 2)))
        kernel, width = self.pick(1, 3), self.pick(x.channels, 2)
        value = self.pick(f"{{f: {width}, k: {kernel}}}", f"{width} k {kernel}")
        return Written("Unit", value, x.with_channels(width))

    # Joins of branches.

    def join(self, x: Volume, depth: int, kind: str = "") -> Written:
        kind = kind or self.pick("add", "subtract", "multiply", "concat")
        if kind == "multiply" and x.rank and self.pick(True, False):
            return self.gated(x, depth)
        texts, target = self.several(x, depth)
        branches = [f"[{', '.join(texts)}]"]
        while len(branches) < (2 if kind == "subtract" else self.pick(2, 3)):
            width = self.pick(1, 2, 3) if kind == "concat" else target.channels
            branches.append(self.reaching(x, target.with_channels(width)))
            target = target.with_channels(target.channels + width) if kind == "concat" else target
        order = self.draw(st.permutations(branches))
        return Written(kind, "{" + ", ".join(f"b{n}: {text}" for n, text in enumerate(order)) + "}", target)

    def gated(self, x: Volume, depth: int) -> Written:
        """Squeeze-and-excitation: a gate of one place stretches over the map."""
        texts, target = self.several(x, depth)
        body = f"[{', '.join(texts)}]"
        if target.rank != x.rank:
            body, target = "identity", x
        squeeze = self.pick("global_avg_pool", "global_max_pool", f"adaptive_avg_pool: {'x'.join('1' * x.rank)}")
        one = "x".join("1" * x.rank) if x.rank > 1 else "kernel 1"
        gate = f"[{squeeze}, conv: {target.channels} {one} act sigmoid]"
        first, second = self.pick((body, gate), (gate, body))
        return Written("multiply", f"{{a: {first}, b: {second}}}", target)

    def reaching(self, x: Volume, target: Volume) -> str:
        """A branch from `x` to a volume: layers that keep the map, then what changes its size, then its channels."""
        texts = []
        if x == target and self.pick(True, False):
            return "identity"
        if self.pick(True, False):
            kept = self.keeping(x)
            texts.append(item(kept.kind, kept.value))
        if target.rank != x.rank or not x.rank:
            flat = item("fc", plain(target.size))
            return f"[{', '.join([*texts, flat, f'reshape: {target}'])}]"
        if x.sizes != target.sizes:
            texts.append(self.resizing(x, target))
        if x.channels != target.channels or not texts:
            made = built("conv", {"filters": target.channels, "kernel": 1}, target.with_channels(x.channels), {})
            texts.append(item("conv", plain(made.values)))
        return f"[{', '.join(texts)}]"

    def resizing(self, x: Volume, target: Volume) -> str:
        """Where a stride leads from one size to the other a window may go, else bins."""
        strides = []
        for size, wanted in zip(x.sizes, target.sizes, strict=True):
            strides.append(next((s for s in (1, 2, 3, 4) if -(-size // s) == wanted), 0))
        if all(strides) and self.pick(True, True, False):
            kernel = tuple(self.pick(1, 2, 3) for _ in strides)
            return item("max_pool", plain({"kernel": kernel, "stride": tuple(strides), "padding": "same"}))
        return item("adaptive_avg_pool", plain({"output": tuple(target.sizes)}))

    # What stands at the top, where there are names.

    def put(
        self, made: Written, volume: Volume, modifiers: Modifiers | None = None, *, name: bool = False
    ) -> str | None:
        """Write an item at the top, and give it a name if it needs one, or sometimes."""
        self.put_text(item(made.kind, made.value, modifiers), volume)
        if name or self.pick(True, False):
            return self.name_last(made, modifiers)
        return None

    def put_text(self, text: str, volume: Volume) -> None:
        self.lines.append(text)
        self.current = Tensor(volume)

    def name_last(self, made: Written, modifiers: Modifiers | None) -> str:
        name = f"t{len(self.named) + 1}"
        self.lines[-1] = item(made.kind, made.value, {**(modifiers or {}), "name": name})
        self.current = Tensor(self.current.volume, name)
        self.named[name] = self.open[name] = self.current
        return name

    def use(self, *names: str | None) -> None:
        for name in names:
            self.open.pop(name or "", None)

    def step(self) -> None:
        """One more item at the top."""
        x = self.current
        others = [t for t in self.named.values() if t.name != x.name]
        alike = [t for t in others if t.volume.sizes == x.volume.sizes and t.volume.rank == x.volume.rank]
        ways = ["item"] * 5 + ["named"] * 2
        ways += ["jump"] if x.name and others else []
        ways += ["from"] * 3 if alike else []
        ways += ["share"] * 3 if any(read == x.volume for _, read, _ in self.shared) else []
        ways += ["merge"] * 3 if alike and x.volume.rank and x.volume.channels <= MOST_CHANNELS[x.volume.rank] else []
        way = self.pick(*ways)
        if way == "item":
            self.use(x.name)
            self.put_text(*self.any_item(x.volume, 0))
        elif way == "named":
            self.use(x.name)
            self.layer_with_a_name(x.volume)
        elif way == "jump":
            self.jump(self.pick(*others))
        elif way == "share":
            self.use(x.name)
            name, _, made = self.pick(*(entry for entry in self.shared if entry[1] == x.volume))
            self.put(made, made.volume, {"share": name})
        elif way == "merge":
            other = self.pick(*alike)
            self.use(x.name, other.name)
            self.blocks["Merge"] = MERGE
            width = x.volume.channels + other.volume.channels
            self.put(Written("Merge", "", x.volume), x.volume.with_channels(width), {"from": ["previous", other.name]})
        else:
            self.join_named(self.pick(*alike))

    def layer_with_a_name(self, x: Volume, source: Modifiers | None = None) -> None:
        made = self.single(x, arriving=source is None)
        name = self.put(made, made.volume, source, name=True)
        assert name is not None
        assert made.layer is not None
        if made.layer.layer.arrays(x):
            self.shared.append((name, x, made))

    def jump(self, other: Tensor) -> None:
        """Leave the tensor that arrives for later, and go on from another one."""
        self.use(other.name)
        self.layer_with_a_name(other.volume, {"from": other.name})

    def join_named(self, other: Tensor) -> None:
        x = self.current
        equal = x.volume == other.volume
        kind = self.pick("concat", *(("add", "subtract", "multiply") if equal else ()))
        names = self.draw(st.permutations(["previous", other.name]))
        width = x.volume.channels + other.volume.channels
        volume = x.volume.with_channels(width) if kind == "concat" else x.volume
        self.use(x.name, other.name)
        self.put(Written(kind, "", volume), volume, {"from": names})

    # Inputs and outputs.

    def start(self) -> dict[str, Volume]:
        """Draw the inputs, and bring several of them together."""
        rank = self.pick(1, 2, 2, 2, 3, 3, 0)
        volumes = [self.input_volume(rank) for _ in range(self.pick(1, 1, 1, 2, 3))]
        if len(volumes) > 1 and self.pick(True, False):
            volumes = [volumes[0]] * len(volumes)  # siamese
        if len(volumes) == 1:
            self.current = Tensor(volumes[0])
            return {"input": volumes[0]}
        inputs = {f"in{number}": volume for number, volume in enumerate(volumes)}
        ends = [self.after_input(name, volume) for name, volume in inputs.items()]
        if any(end.volume != ends[0].volume for end in ends):
            ends = [self.flattened(end) for end in ends]
        kind = self.pick("concat", "add", "multiply")
        volume = ends[0].volume
        if kind == "concat":
            volume = volume.with_channels(volume.channels * len(ends))
        names = [end.name for end in ends]
        self.use(*names)
        self.put(Written(kind, "", volume), volume, {"from": names})
        return inputs

    def start_with(self, kind: str) -> dict[str, Volume]:
        """Draw an input that suits a kind, sometimes a window before it, and a layer of that kind."""
        volume = self.draw(suiting(kind))
        self.current = Tensor(volume)
        if volume.rank and self.pick(True, False):
            strided = layer(self.draw, self.pick("conv", "max_pool", "avg_pool"), volume, self.roundings)
            if kind in fitting_kinds(strided.volume).get(KINDS[kind].layer.__module__, ()) or KINDS[kind].layer.joins:
                made = self.written(strided, volume)
                self.put(made, made.volume)
        x = self.current
        self.use(x.name)
        if KINDS[kind].layer.joins:
            made = self.join(x.volume, 1, kind)
        else:
            made = self.written(layer(self.draw, kind, x.volume, self.roundings), x.volume)
        self.put(made, made.volume)
        return {"input": volume}

    def input_volume(self, rank: int) -> Volume:
        most = {0: 1, 1: 14, 2: 9, 3: 5}[rank]
        return Volume((*(self.draw(st.integers(min(3, most), most)) for _ in range(rank)), self.pick(1, 2, 3, 4, 6)))

    def after_input(self, name: str, volume: Volume) -> Tensor:
        """The first layer of an input; it shares the weights of another's where it reads the same volume."""
        for known, read, made in self.shared:
            if read == volume and self.pick(True, True, False):
                self.put(made, made.volume, {"from": name, "share": known}, name=True)
                return self.current
        self.layer_with_a_name(volume, {"from": name})
        return self.current

    def flattened(self, end: Tensor) -> Tensor:
        self.use(end.name)
        made = self.written(built("fc", {"units": 4}, end.volume, {}), end.volume, arriving=False)
        self.put(made, made.volume, {"from": end.name}, name=True)
        return self.current

    def finish(self) -> list[str]:
        """Name the last item, and give out whatever nothing has used; some of it only in training."""
        made = self.keeping(self.current.volume)
        self.use(self.current.name)
        last = self.put(made, made.volume, name=True)
        others = [name for name in self.open if name != last]
        aux = [name for name in others if self.pick(True, False)]
        outputs = [name for name in self.open if name not in aux]
        used = [name for name in self.named if name not in self.open]
        if used and self.pick(True, False):
            outputs.insert(0, self.pick(*used))  # what others read may be given out as well
        lines = [f"aux_outputs: [{', '.join(aux)}]"] if aux else []
        return (
            [*lines, f"outputs: [{', '.join(outputs)}]"] if aux or len(outputs) > 1 or self.pick(True, False) else lines
        )


@st.composite
def specs(draw: Draw, featuring: str = "") -> str:
    """The text of a spec whose network is valid, small, and from anywhere in the language.

    Args:
        draw: what hypothesis draws with.
        featuring: a kind that must be in it; the rest of the network is then smaller.
    """
    sketch = Sketch(draw)
    rounding = sketch.pick(None, *ROUNDINGS, {"conv": "floor"}, {"pool": "ceil", "conv": "floor"})
    sketch.roundings = {"conv": rounding, "pool": rounding} if isinstance(rounding, str) else dict(rounding or {})
    inputs = sketch.start_with(featuring) if featuring else sketch.start()
    for _ in range(draw(st.integers(0, 2) if featuring else st.integers(1, 6))):
        sketch.step()
    ends = sketch.finish()
    lines = [f"rounding: {plain(rounding)}"] if rounding else []
    lines.append(f"input: {sketch.pick(*_forms(inputs['input']))}" if "input" in inputs else f"inputs: {plain(inputs)}")
    if sketch.pen.variables:
        lines.append(f"vars: {plain(sketch.pen.variables)}")
    if sketch.blocks:
        lines += ["blocks:", *(text.rstrip("\n") for text in sketch.blocks.values())]
    return "\n".join([*lines, *ends, "layers:", *(f"  - {text}" for text in sketch.lines), ""])


def _forms(volume: Volume) -> list[str]:
    """A volume as its text, as a list, and where it has axes by their names."""
    return [str(volume), f"[{', '.join(map(str, volume))}]"]
