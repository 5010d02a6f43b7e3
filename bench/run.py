"""`make bench`: runs all benchmarks of this folder. Each prints its figures, and can be run alone.

Each benchmark measures its baseline in the same process and minute: compare ratios, not seconds.
"""

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
MEASURES = (
    "polling",
    "extraction",
    "translation",
    "entities",
    "enriching",
    "indexing",
    "relevance",
    "events",
    "meaning",
    "backfill",
    "freshness",
    "workers",
    "growth",
    "pages",
)


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
