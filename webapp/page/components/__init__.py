"""The parts of the page, each a function from plain values to a Dash component.

They know ids and class names, and nothing of engines, sessions or callbacks. Their styles are in assets/.
"""
