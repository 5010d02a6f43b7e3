"""Accuracy of comparing a translation with its original: recall of inserted changes, and false findings in faithful translations.

    python bench/comparison.py [--data FILE] [--part even|odd|all] [--seed N] [--show KIND]
    python bench/comparison.py --cost

FILE has stories as JSON lines (.gz): {"id", "language", "source": [sentences], "translation": [sentences]}, aligned by
sentence. It is third-party text and not part of the project. The stage splits sentences itself: both texts have two
sentences per paragraph, and in one story of three adjacent sentences are joined, as translators do. Stories in languages without
vectors (Czech) cannot be compared, and are not counted.

    faithful     5 % flagged at most, 0.4 wrong findings in 100 sentences at most
    added .97    omitted .90    replaced .95    number .95    name .85    negation .70
"""

import argparse
import gzip
import json
import os
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from alterations import Altered, Story, alter_all, read_stories

from newsdesk.check.compare import compare
from newsdesk.check.lang import load_any
from newsdesk.check.reading import Reading
from newsdesk.check.stage import find_disagreements
from newsdesk.nlp import Analyser
from newsdesk.records import Finding, Original, Severity
from newsdesk.settings import NlpSettings
from newsdesk.vectors import LANGUAGES, embed

DATA = Path(os.environ.get("NEWSDESK_BENCH_DATA", Path(__file__).parents[2] / "shared/data")) / "originals-dev.jsonl.gz"
PARTS = {"even": slice(0, None, 2), "odd": slice(1, None, 2), "all": slice(None)}
Place = tuple[int, int]


def lay_out(sentences: Sequence[str]) -> tuple[str, list[Place]]:
    """Return the text with two sentences per paragraph and a separate heading, and the place of each sentence."""
    text, places = "", []
    for number, sentence in enumerate(sentences):
        joined = number % 2 == 0 and places and sentences[number - 1].rstrip("”\"»'").endswith((".", "!", "?", "…"))
        text += (" " if joined else "\n") if text else ""
        places.append((len(text), len(text) + len(sentence)))
        text += sentence
    return text, places


@cache
def analyser() -> Analyser:
    return Analyser(NlpSettings())


def findings_of(story: Story) -> tuple[list[Finding], list[Place], list[Place]]:
    text, places = lay_out(story.translation)
    source, source_places = lay_out(story.source)
    return (
        list(find_disagreements(Reading(text, load_any("en"), analyser().analyse(text, "en")), Original(source, story.language)) or ()),
        places,
        source_places,
    )


def touches(finding: Finding, altered: Altered, places: Sequence[Place], source_places: Sequence[Place]) -> set[int]:
    """Return the changed or missing sentences that the finding overlaps."""
    here = {i for i in altered.changed if finding.start < places[i][1] and places[i][0] < finding.end}
    if finding.source_start is None or finding.source_end is None:
        return here
    return here | {i for i in altered.missing if finding.source_start < source_places[i][1] and source_places[i][0] < finding.source_end}


def measure_faithful(stories: Iterable[Story], *, show: bool) -> None:
    rules: dict[str, Counter[str]] = defaultdict(Counter)
    flagged: Counter[str] = Counter()
    hinted: Counter[str] = Counter()
    total: Counter[str] = Counter()
    sentences: Counter[str] = Counter()
    for story in stories:
        found, _, _ = findings_of(story)
        for group in (story.language, "all"):
            flagged[group] += any(finding.severity is Severity.STRONG for finding in found)
            hinted[group] += bool(found)
            total[group] += 1
            sentences[group] += len(story.translation)
            rules[group].update(finding.rule for finding in found)
        if show:
            for finding in found:
                print_finding(story, finding)
    for group in total:
        wrong = 100 * sum(rules[group].values()) / sentences[group]
        share, with_hints = flagged[group] / total[group], hinted[group] / total[group]
        print(
            f"faithful {group:<7}{total[group]:>5}   flagged {share:.3f}   with a finding {with_hints:.3f}   in 100 sentences {wrong:.2f}"
        )
        print(f"    {dict(rules[group])}")


def print_finding(story: Story, finding: Finding) -> None:
    text, source = lay_out(story.translation)[0], lay_out(story.source)[0]
    print(f"  {story.id} {finding.rule}: {text[finding.start : finding.end]!r} in {text[max(0, finding.start - 80) : finding.end + 80]!r}")
    if finding.source_start is not None and finding.source_end is not None:
        print(f"      original: {source[max(0, finding.source_start - 60) : finding.source_end + 60]!r}")


def measure_altered(stories: Sequence[Story], seed: int, show: str, kinds: Sequence[str]) -> None:
    hits: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for altered in alter_all(stories, seed):
        if kinds and altered.kind not in kinds:
            continue
        found, places, source_places = findings_of(altered.story)
        seen = {i for finding in found for i in touches(finding, altered, places, source_places)}
        for i in (*altered.changed, *altered.missing):
            for group in (altered.story.language, "all"):
                hits[altered.kind][group].append(i in seen)
            if altered.kind == show and i not in seen:
                print(f"  not found: {altered.story.id} {altered.story.translation[i] if altered.changed else altered.story.source[i]!r}")
    for kind, by_language in hits.items():
        shares = {group: f"{sum(each) / len(each):.3f}" for group, each in by_language.items()}
        others = "   ".join(f"{group} {share}" for group, share in shares.items() if group != "all")
        print(f"{kind:<16}{len(by_language['all']):>5}   found {shares['all']}   {others}")


def measure_cost(stories: Sequence[Story]) -> None:
    """Processor time of the article's vector and of a comparison with an original that was found, relative to spaCy's analysis."""
    seconds: Counter[str] = Counter()
    for story in [stories[0], *stories]:  # the first also loads the models, and is not counted
        text, source = lay_out(story.translation)[0], lay_out(story.source)[0]
        begun = time.process_time()
        doc = analyser().analyse(text, "en")
        analysed = time.process_time()
        embed(story.translation[0], text)
        embedded = time.process_time()
        compare(Reading(text, load_any("en"), doc), Reading(source, load_any(story.language)))
        compared = time.process_time()
        seconds += Counter(analysis=analysed - begun, vector=embedded - analysed, comparison=compared - embedded)
        if story is stories[0] and seconds["stories"] == 0:
            seconds = Counter(stories=1)
    vector, comparison = (seconds[name] / seconds["analysis"] for name in ("vector", "comparison"))
    print(
        f"analysis {1000 * seconds['analysis'] / len(stories):.1f} ms a text; vector {vector:.3f} and comparison {comparison:.2f} of that"
    )
    print(f"together {vector + 0.02 * comparison:.3f} where 2 articles of 100 are translations whose original was found")


def join_some(story: Story, chance: random.Random) -> Story:
    """Return the story with two adjacent sentences of the translation joined, in one story of three."""
    full = [i for i in range(1, len(story.translation) - 1) if story.translation[i].endswith(".") and len(story.translation[i]) > 40]
    if not full or chance.random() > 1 / 3:
        return story
    at = chance.choice(full)
    joined = f"{story.translation[at][:-1]}, and {story.translation[at + 1]}"
    source = f"{story.source[at]} {story.source[at + 1]}"
    return Story(
        story.id,
        story.language,
        (*story.source[:at], source, *story.source[at + 2 :]),
        (*story.translation[:at], joined, *story.translation[at + 2 :]),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--part", choices=PARTS, default="even")
    parser.add_argument("--languages", default="")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", nargs="+", default=(), help="measure these kinds of alteration alone")
    parser.add_argument("--cost", action="store_true", help="measure the processor time only")
    parser.add_argument("--show", default="", help="print what was wrong: faithful, or a kind of alteration")
    args = parser.parse_args()
    with gzip.open(args.data, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    chance = random.Random(args.seed)
    chosen = args.languages.split(",") if args.languages else LANGUAGES
    stories = [join_some(story, chance) for story in read_stories(rows[PARTS[args.part]]) if story.language in chosen]
    if args.cost:
        measure_cost(stories)
        return
    started = time.perf_counter()
    measure_faithful(stories, show=args.show == "faithful")
    print(f"{time.perf_counter() - started:.1f} s")
    measure_altered(stories, args.seed, args.show, args.kinds)


if __name__ == "__main__":
    main()
