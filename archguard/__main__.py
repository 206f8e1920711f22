"""`python -m archguard`; in a repository that you do not trust, use the `archguard` script instead."""

import os
import sys

if __name__ == "__main__":
    # -m puts the current folder first: a click.py there would be run.
    sys.path[:] = [path for path in sys.path if path and path != os.getcwd()]
    from archguard.cli import main

    main()
