"""Files that people download, and files that they bring."""
