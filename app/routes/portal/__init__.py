"""The portal itself: front page, probes, metrics, the documentation of the API."""
