"""The charts, as functions of arrays: plain dicts in Plotly's format with typed arrays; no ids, no Dash."""
