"""`python -m archguard`. In a repository that you do not trust, run the `archguard` script instead."""

import os
import sys

if __name__ == "__main__":
    # -m puts the current folder first on the path: a click.py in it would be imported.
    sys.path[:] = [path for path in sys.path if path and path != os.getcwd()]
    from archguard.cli import main

    main()
