"""What every layer may use; modules here import nothing else of the application."""
