"""The effect of one changed knob on a network: two runs side by side, in a plane through one start."""
