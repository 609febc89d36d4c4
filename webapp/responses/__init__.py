"""What a run is answered with: `run` makes the whole response, every other module one part of it."""
