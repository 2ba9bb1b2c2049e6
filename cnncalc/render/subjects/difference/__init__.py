"""A difference as a subject: what somebody changed, the layers that differ, and the totals."""
