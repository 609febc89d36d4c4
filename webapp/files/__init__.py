"""Files that people export, and files that they import."""
