"""The page: its layout, its initial content and its components."""
