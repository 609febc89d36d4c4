"""The bench of one tab: its requests, the actions they ask for, and the sentences about their results."""
