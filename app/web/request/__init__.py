"""Read and check parts of a request: its address, headers, cookies and body."""
