"""The lines that `make cover` counts are those of the modules' own files."""

import re
from pathlib import Path

from tests.script_coverage import ScriptCoverage
from webapp.app import ASSETS
from webapp.http.modules import joined_from

SOURCE = ASSETS / "js" / "core" / "format.js"


def test_a_range_that_did_not_run_is_lines_of_its_file(tmp_path: Path) -> None:
    script, source = joined_from(ASSETS / "js", "core/format.js"), SOURCE.read_text("utf-8")
    name = "formatNumber"
    start = script.index(f"function {name}(")
    end = script.index("\n}\n", start) + 2
    coverage = ScriptCoverage()
    coverage.add(script, [
        {"ranges": [{"startOffset": start, "endOffset": end, "count": 0}]},
        {"ranges": [{"startOffset": 0, "endOffset": len(script), "count": 2}]},
    ])  # fmt: skip
    coverage.write(tmp_path)
    (report,) = tmp_path.glob("*.lcov")
    records = report.read_text("utf-8").partition("SF:assets/js/core/format.js\n")[2].partition("end_of_record")[0]
    counts = {int(line): int(count) for line, count in re.findall(r"DA:(\d+),(\d+)", records)}
    first = source[: source.index(f"function {name}(")].count("\n") + 1
    last = first + script[start:end].count("\n")
    assert {line for line, count in counts.items() if count == 0} <= set(range(first, last + 1))
    assert counts[first] == counts[first + 1] == 0
    assert set(counts.values()) == {0, 2}
    code = source.splitlines()
    assert all(code[line - 1].strip() not in ("", "}", "});") for line in counts)
