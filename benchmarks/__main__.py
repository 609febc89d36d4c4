"""Prints every table, one after the other."""

import importlib
import pkgutil

import benchmarks


def main() -> None:
    """Runs `main` of every table of this package, in the order of their names."""
    for module in pkgutil.iter_modules(benchmarks.__path__, "benchmarks."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name).main()


if __name__ == "__main__":
    main()
