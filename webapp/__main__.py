"""`python -m webapp` is `nnbench`: it serves the bench, unless words say what else to do."""

from webapp.command import main

if __name__ == "__main__":
    main()
