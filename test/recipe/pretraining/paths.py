"""Lets the tests import the recipe from wherever they are started."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
RECIPE = ROOT / "models" / "recipe"
sys.path.insert(0, str(RECIPE))
