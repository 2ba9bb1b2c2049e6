"""Measures `cnncalc check` on every network that ships, with all their variants, beside `python -c pass`."""

from __future__ import annotations

import sys

import measuring

SHELF = "import json; from cnncalc.language.shelf import shelf; print(json.dumps(str(shelf())))"
NETWORKS = """
import json
from cnncalc.language.shelf import shipped, variants_of
from cnncalc.language.yaml.source import read_source
print(json.dumps([len(shipped()), sum(1 + len(variants_of(read_source(path))) for path in shipped().values())]))
"""


def main() -> None:
    rounds = measuring.rounds_asked(9, __doc__)
    files, networks = measuring.answer((sys.executable, "-P", "-c", NETWORKS))
    folder = measuring.answer((sys.executable, "-P", "-c", SHELF))
    commands = {
        "python -c pass": measuring.BARE,
        "every network that ships": (measuring.CNNCALC, "check", folder),
        "vgg16 and its variants": (measuring.CNNCALC, "check", "vgg16"),
        "lenet5": (measuring.CNNCALC, "check", "lenet5"),
    }
    machine = measuring.machine()
    measured = measuring.side_by_side(commands, rounds, base="python -c pass")
    for name, numbers in measured.items():
        print(f"{name:30} {measuring.told(numbers['ms'], ' ms'):24} {measuring.told(numbers['ratio'], 'x')}")
    print(f"{files} files, {networks} networks")
    measuring.keep("check", {"machine": machine, "files": files, "networks": networks, "commands": measured})


if __name__ == "__main__":
    main()
