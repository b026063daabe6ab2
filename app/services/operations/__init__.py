"""The operator's commands that concern every room: doctor, secret key rotation, metrics, demo."""
