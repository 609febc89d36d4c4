"""Used by every part of the web application: validation of plain values, number formats, colours."""
