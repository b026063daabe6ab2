"""Routes of the portal itself: home page, probes, metrics and the API reference."""
