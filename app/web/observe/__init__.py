"""Record requests: the request log, metrics, and names of devices."""
