"""`make bench`: every measure beside this file, one after the other; each prints its figures and can be run alone.

What a measure compares with runs in the same process and minute: the ratio is the figure, the seconds are not.
"""

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
MEASURES = ("polling", "extraction", "translation", "entities", "indexing", "relevance", "backfill", "workers")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measures", nargs="*", default=MEASURES, help=f"which: {', '.join(MEASURES)}")
    failed = []
    for name in parser.parse_args().measures:
        print(f"\n== {name} ==", flush=True)
        done = subprocess.run([sys.executable, str(HERE / f"{name}.py")], cwd=HERE.parent, check=False)
        if done.returncode:
            failed.append(name)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
