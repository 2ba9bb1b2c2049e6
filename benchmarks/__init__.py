"""What is measured by the clock: each benchmark leaves its numbers in `measured/` and is one section of RESULTS.md."""
