"""What one changed knob did to a network: two runs side by side, in a plane through one start, and in three words."""
