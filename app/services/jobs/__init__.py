"""Jobs: work after the answer, enqueued in the transaction that causes it and done at least once."""
