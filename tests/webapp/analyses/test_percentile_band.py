"""The percentile band lies where the low-pass curves of 32 runs lie."""

from dataclasses import replace

import numpy as np

from engine.base.smoothing import low_pass
from engine.experiments.run import run
from tests.engine.asserting import refuses
from tests.webapp.asking import prepared_for
from tests.webapp.decoding import decoded
from webapp.analyses.percentile_band import FAR_ABOVE, percentile_band, smooth_line
from webapp.base.validation import Malformed


def test_the_band_is_the_percentiles_of_32_curves_and_none_for_runs_that_are_too_long() -> None:
    for samples in [40, 1000, 9000]:
        prepared = prepared_for("tanh-signs", samples=samples)
        band = percentile_band(prepared, {"first": 32})
        curves = [
            low_pass(run(replace(prepared.experiment, seed=seed), prepared.checkpoint).losses) for seed in range(32, 64)
        ]
        steps, columns = decoded(band["steps"]), np.isin(curves[0][0].astype(np.float32), decoded(band["steps"]))
        assert len(steps) == np.count_nonzero(columns) == min(samples, 600)
        percentiles = np.percentile([smooth[columns] for _, smooth in curves], (10, 50, 90), axis=0).astype(np.float32)
        assert np.array_equal([decoded(band[name]) for name in ("low", "middle", "high")], percentiles)
    for samples in [600, 9000]:
        prepared = prepared_for("square-map", samples=samples, alpha=0.12)
        result = run(prepared.experiment, prepared.checkpoint)
        assert result.diverged_at is not None
        steps, _ = low_pass(result.losses[: result.diverged_at])
        line = smooth_line(prepared, np.arange(samples, dtype=np.float64))
        assert np.array_equal(line == FAR_ABOVE, np.arange(samples) >= result.diverged_at)
        assert np.isfinite(line).all()
        assert len(steps) == result.diverged_at
    reply = percentile_band(prepared_for("spiral", samples=1_000_000), {"first": 0})
    assert reply["steps"] is None
    assert percentile_band(prepared_for("spiral", samples=reply["most"]), {"first": 0})["steps"] is not None
    assert percentile_band(prepared_for("spiral", samples=reply["most"] + 1), {"first": 0}) == reply
    for plain in [{"first": 2**32 - 31}, {"first": None}, {"first": 0, "more": 1}]:
        refuses(Malformed, percentile_band, prepared_for("tanh-signs"), plain)
