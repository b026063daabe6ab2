"""Work after the answer: enqueued in the transaction that causes it, done at least once."""
