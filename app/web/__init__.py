"""HTTP plumbing: it knows Flask and knows no nouns."""
