"""What the portal does: functions, the actor first; they raise or return, and are the only writers."""
