/** The types at the seams: what the server sends and takes, and what the browser remembers. */
