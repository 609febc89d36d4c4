"""The charts, as functions of arrays: no ids, no Dash, plain dicts in Plotly's words, typed arrays inside."""
