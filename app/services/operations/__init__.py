"""Tasks of the operator across all services: doctor, secret key rotation, metrics and demo."""
