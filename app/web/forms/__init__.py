"""Forms: what each operation takes, and the fields they are made of."""
