"""Forms, which declare the input of operations, and their fields."""
