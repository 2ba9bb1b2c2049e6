"""Lets one peer summarize one network, and prints what it finds as JSON: `peer.py torchinfo vgg16`."""
# Each peer is imported where it is used: its own imports are part of what it costs.

import contextlib
import io
import json
import os
import sys

IMAGE = (3, 224, 224)


def torchinfo(name: str) -> tuple[int, int]:
    import networks
    from torchinfo import summary

    found = summary(getattr(networks, name)(), (1, *IMAGE), verbose=0)
    print(found)
    return found.total_params, found.total_mult_adds


def fvcore(name: str) -> tuple[int, int]:
    import networks
    import torch
    from fvcore.nn import FlopCountAnalysis, flop_count_table, parameter_count

    model = getattr(networks, name)().eval()
    counted = FlopCountAnalysis(model, torch.zeros(1, *IMAGE))
    print(flop_count_table(counted, max_depth=3))
    return parameter_count(model)[""], counted.total()


def ptflops(name: str) -> tuple[int, int]:
    import networks
    from ptflops import get_model_complexity_info

    macs, params = get_model_complexity_info(
        getattr(networks, name)(), IMAGE, as_strings=False, print_per_layer_stat=True, backend="pytorch"
    )
    return int(params), int(macs)


def thop(name: str) -> tuple[int, int]:
    import networks
    import torch
    from thop import profile

    macs, params = profile(getattr(networks, name)(), (torch.zeros(1, *IMAGE),), verbose=False)
    return int(params), int(macs)


def keras(name: str) -> tuple[int, None]:
    """Keras counts no MACs. The rest of its numbers are for its own ResNet, whose convolutions have biases."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    from keras import applications

    model = {"vgg16": applications.VGG16, "resnet152": applications.ResNet152}[name](weights=None)
    model.summary()
    return model.count_params(), None


PEERS = (torchinfo, fvcore, ptflops, thop, keras)


def main() -> None:
    peer, name = sys.argv[1:]
    summarize = {function.__name__: function for function in PEERS}[peer]
    with contextlib.redirect_stdout(io.StringIO()) as page:  # its table is made, as a user would see it
        params, macs = summarize(name)
    print(
        json.dumps(
            {"peer": peer, "network": name, "params": params, "macs": macs, "lines": page.getvalue().count("\n")}
        )
    )


if __name__ == "__main__":
    main()
