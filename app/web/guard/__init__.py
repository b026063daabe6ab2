"""Guards: who asks, how often, from where, with which right; and the three phases of a request."""
