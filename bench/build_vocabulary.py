"""Builds `check/data/english-words.txt.gz`, and `english-letters.txt` with the letter trigrams that are common in these words.

    python bench/build_vocabulary.py FOLDER      FOLDER caches the packages

The words are those of Debian's packages wamerican-large and wbritish-large (SCOWL).
"""

import gzip
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

PACKAGES = {"wamerican-large": "american-english-large", "wbritish-large": "british-english-large"}
COMMON = 40
"""Minimum number of words that contain a trigram of letters for it to be English."""
OUT = Path(__file__).parents[1] / "plugins/newsdesk/check/data"


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    words: set[str] = set()
    for package, name in PACKAGES.items():
        if not list(folder.glob(f"{package}_*.deb")):
            subprocess.run(["apt-get", "download", package], cwd=folder, check=True)
        place = folder / package
        subprocess.run(["dpkg", "-x", next(folder.glob(f"{package}_*.deb")), place], check=True)
        listed = (place / "usr/share/dict" / name).read_text(encoding="utf-8")
        words |= {unicodedata.normalize("NFC", word).removesuffix("'s").lower() for word in listed.split()}
        notice = (place / f"usr/share/doc/{package}/copyright").read_text(encoding="utf-8")
    with gzip.GzipFile(OUT / "english-words.txt.gz", "wb", mtime=0) as file:
        file.write("\n".join(sorted(words)).encode())
    runs = Counter(f"^{word}$"[at : at + 3] for word in words for at in range(len(word)))
    (OUT / "english-letters.txt").write_text(" ".join(sorted(run for run, count in runs.items() if count >= COMMON)))
    (OUT / "english-words.licence.txt").write_text(
        "english-words.txt.gz: the words of Debian's wamerican-large and wbritish-large 2020.12.07-2 (SCOWL), lower case. Their notice:\n\n"
        + notice
    )
    print(len(words), "words")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
