"""`python -m benchmarks.created_equal`, the same as `tfgen benchmark created_equal`."""

import sys

from tfgen.cli.main import main

if __name__ == "__main__":
    sys.argv[1:1] = ["benchmark", "created_equal"]
    main()
