"""What every part of the web application uses: validation of plain values, number formats, element ids, colours."""
