"""Files of pictures and activations: what an input is read from, and what maps are saved to."""
