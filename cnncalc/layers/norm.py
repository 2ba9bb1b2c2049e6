"""Normalisations and softmax."""

from __future__ import annotations

from cnncalc import codes
from cnncalc.layers.layer import BIAS, FIXED, WEIGHT, Array, Layer, kind
from cnncalc.layers.schema import Count, Flag, Real, parameter
from cnncalc.layers.sliding import divide_into_groups
from cnncalc.problem import Problem
from cnncalc.volume import Volume
from cnncalc.wording import plural

# A larger one is a mistake: most often the number of channels, which other frameworks ask for.
EPS = parameter(Real(above=0.0, maximum=1.0), "added to the variance before its root", 1e-5)
AFFINE = parameter(Flag(), "whether it has a trained scale and shift", True)


def scale_and_shift(channels: int) -> tuple[Array, ...]:
    """One trained factor (a weight) and one trained offset (a bias) a channel."""
    return Array.of("weight", (channels,), WEIGHT), Array.of("bias", (channels,), BIAS)


class Normalising(Layer):
    """What brings values to a mean of 0 and a variance of 1, then scales and shifts each channel."""

    normalises = True

    eps: float = EPS
    affine: bool = True

    def arrays(self, x: Volume) -> tuple[Array, ...]:
        return scale_and_shift(x.channels) if self.affine else ()


@kind("batch_norm")
class BatchNorm(Normalising):
    """(x - mean)/sqrt(variance + eps) x scale + shift, with the statistics of training, which are fixed params.

    Source: Ioffe and Szegedy 2015, "Batch Normalization", in its inference form.

    >>> [(array.name, array.counted) for array in BatchNorm().arrays(Volume((56, 56, 64)))]
    [('weight', 64), ('bias', 64), ('running_mean', 64), ('running_var', 64)]
    """

    keeps_statistics = True
    linear = True
    scales_channels = True

    affine: bool = AFFINE

    def arrays(self, x: Volume) -> tuple[Array, ...]:
        statistics = (Array.of(name, (x.channels,), FIXED) for name in ("running_mean", "running_var"))
        return (*super().arrays(x), *statistics)


@kind("layer_norm")
class LayerNorm(Normalising):
    """Mean and variance over the channels of each place, then a trained scale and shift for each channel.

    Source: Ba, Kiros and Hinton 2016, "Layer Normalization", as ConvNeXt uses it.
    """


@kind("group_norm")
class GroupNorm(Normalising):
    """Mean and variance over each group of channels of the whole map.

    Source: Wu and He 2018, "Group Normalization".
    """

    reads_whole_map = True

    groups: int = parameter(Count(), "how many groups the channels are split into")
    eps: float = EPS

    def output_volume(self, x: Volume) -> Volume:
        divide_into_groups(self.groups, channels=x.channels)
        return x


@kind("instance_norm")
class InstanceNorm(Normalising):
    """Mean and variance over each map of each image.

    Source: Ulyanov, Vedaldi and Lempitsky 2016, "Instance Normalization".
    """

    needs_places = True
    reads_whole_map = True

    affine: bool = AFFINE


@kind("lrn")
class Lrn(Layer):
    """Divides each value by (k + alpha x sum of its neighbours' squares) to the power beta; neighbours are channels.

    Source: Krizhevsky et al. 2012, section 3.3; with `average` alpha is divided by the size, as Caffe and PyTorch do.
    """

    needs_places = True

    size: int = parameter(
        Count(), "how many neighbouring channels; an even size reaches (n-1)//2 before, n//2 after", 5
    )
    alpha: float = parameter(Real(), "the factor of the sum", 1e-4)
    beta: float = parameter(Real(), "the power", 0.75)
    k: float = parameter(Real(), "the constant below the power", 2.0)
    average: bool = parameter(Flag(), "whether alpha is divided by the size", False)


@kind("scale")
class Scale(Layer):
    """One trained factor a channel, and with `bias` one trained offset."""

    scales_channels = True
    linear = True

    bias: bool = parameter(Flag(), "whether it has a trained offset for each channel", False)

    def arrays(self, x: Volume) -> tuple[Array, ...]:
        return scale_and_shift(x.channels)[: 1 + self.bias]


@kind("softmax")
class Softmax(Layer):
    """exp(x) over the sum of exp over the channels of each place."""

    normalises = True
    gives_distribution = True


@kind("log_softmax")
class LogSoftmax(Layer):
    """The logarithm of softmax over the channels of each place."""

    normalises = True
    gives_distribution = True
    gives_logarithms = True


def refuse_vector(layer: type[Layer], x: Volume) -> None:
    """Refuse a vector where the kind needs places.

    >>> refuse_vector(Lrn, Volume((10,)))
    Traceback (most recent call last):
        ...
    cnncalc.problem.Problem: lrn needs places to work on, but its input is a vector of 10 values
    """
    if layer.needs_places and x.rank == 0:
        raise Problem(
            codes.VECTOR_WITHOUT_PLACES,
            f"{layer.names[0]} needs places to work on, but its input is a vector of {plural(x.channels, 'value')}",
            helps=f"a reshape to 1x1x{x.channels} before it makes an image of one place",
        )
