"""From the fault of a layer's rule to its place, its causes and what would fit (`explaining.explain`)."""
