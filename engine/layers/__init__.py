"""Layers with two ports, how their first weights are drawn, and the notebook's two faulty layers."""
