"""Two reports become their difference: which layers came, went or changed, and what that does to the totals."""
