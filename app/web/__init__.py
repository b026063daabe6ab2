"""HTTP plumbing on top of Flask, independent of what the portal manages."""
