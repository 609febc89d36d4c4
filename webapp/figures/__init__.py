"""The charts, as functions of arrays: plain dicts with typed arrays, most in Plotly's format; no ids, no Dash."""
