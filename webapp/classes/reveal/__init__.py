"""The reveal of a question: its runs, how near predictions came, a hunt’s board, and the sentences about them."""
