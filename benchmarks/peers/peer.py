"""One peer on one network, from the start of a process to what it finds, as JSON: `peer.py torchinfo vgg16`."""

import contextlib
import io
import json
import os
import sys


def of_torch(tool: str, name: str) -> dict[str, int]:
    import networks
    import torch
    from tools import TOOLS

    return TOOLS[tool](getattr(networks, name)(), {"x": torch.zeros(1, 3, 224, 224)})


def of_keras(name: str) -> dict[str, int]:
    """Keras counts no MACs. The rest of its numbers are for its own ResNet, whose convolutions have biases."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    from keras import applications

    model = {"vgg16": applications.VGG16, "resnet152": applications.ResNet152}[name](weights=None)
    model.summary()
    return {"params": model.count_params()}


def main() -> None:
    peer, name = sys.argv[1:]
    with contextlib.redirect_stdout(io.StringIO()) as page:  # its table is made, as a user would see it
        found = of_keras(name) if peer == "keras" else of_torch(peer, name)
    print(json.dumps({"peer": peer, "network": name, "macs": None, **found, "lines": page.getvalue().count("\n")}))


if __name__ == "__main__":
    main()
