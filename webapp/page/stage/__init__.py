"""The views of the stage: each a row of `views.py`, with its panel and its tools."""
