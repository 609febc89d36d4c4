"""What a turned knob is answered with: `answer` is the whole of it, each other room one part."""
