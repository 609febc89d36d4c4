"""The class: lessons, their truth, and rooms of people who predict it."""
