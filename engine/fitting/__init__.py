"""Weights that fit samples best: least squares, exact for affine stacks and step by step for any others."""
