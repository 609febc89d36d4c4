"""The page: its layout, its first content and its components."""
