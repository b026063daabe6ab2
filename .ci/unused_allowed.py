"""Names that vulture takes for unused: only templates or other people's code read them, as in `_.label`."""
