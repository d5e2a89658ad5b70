"""``python -m wardsim`` is the command ``wardsim``."""

import sys

from wardsim.cli import main

sys.exit(main())
