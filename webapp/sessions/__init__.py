"""A visitor's session: a signed cookie, and one sealed checkpoint for each tab."""
