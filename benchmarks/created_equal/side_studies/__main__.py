"""`python -m benchmarks.created_equal.side_studies`, the same as `tfgen benchmark created_equal side-studies`."""

import sys

from tfgen.cli.main import main

if __name__ == "__main__":
    sys.argv[1:1] = ["benchmark", "created_equal", "side-studies"]
    main()
