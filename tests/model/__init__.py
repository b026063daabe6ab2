"""A small model of the contract, and a state machine that compares the portal with it."""
