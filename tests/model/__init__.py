"""The contract a second time: a small model of it, and a machine that compares the portal with the model."""
