"""`python -m leerid_cli`: the same program as the command `leerid`."""

from leerid_cli.cli import main

if __name__ == "__main__":
    main()
