"""The page before Dash has started: HTML with a stand-in for each control, and the layout of the controls alone."""
