"""What `check` found, in the formats of those who read it: terminals, annotations, code scanning, test results."""
