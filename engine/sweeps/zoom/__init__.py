"""The zoom: pictures of runs over windows of two number knobs, and the border in them."""
