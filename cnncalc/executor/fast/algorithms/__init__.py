"""Ways to compute convolutions, pools and fully connected layers; each in a file that names its source."""
