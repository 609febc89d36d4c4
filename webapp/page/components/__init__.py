"""The parts of the page, each a function of plain values that answers a Dash component.

They know ids and class names, and nothing of engines, sessions or callbacks. How they look is told in
assets/.
"""
