"""What the portal does. Functions take the actor first, return or raise, and are the only writers."""
