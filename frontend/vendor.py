"""Front-end packages from npm, each checked against its integrity in `packages.json`.

`make vendor` writes what the pages need of them to `plugins/newsdesk/web/static/`, which is part of the repository: htmx as it is,
and the land of Natural Earth as one SVG path in the projection of `newsdesk.web.world_map`. The tests fetch axe-core, which is
not part of it.
"""

import argparse
import base64
import hashlib
import itertools
import json
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from newsdesk.web.world_map import MOST_SOUTHERN, VIEW_BOX, project

HERE = Path(__file__).parent
STATIC = HERE.parent / "plugins" / "newsdesk" / "web" / "static"

Position = tuple[float, float]


def read_file(package: str, name: str) -> bytes:
    """A file of a package. Raises ValueError where the package is not the one of `packages.json`."""
    wanted = next(each for each in json.loads((HERE / "packages.json").read_text()) if each["name"] == package)
    with tempfile.TemporaryDirectory() as folder:
        specification = f"{package}@{wanted['version']}"
        subprocess.run(["npm", "pack", specification, "--silent", "--pack-destination", folder], check=True, stdout=subprocess.DEVNULL)
        (archive,) = Path(folder).iterdir()
        digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if wanted["integrity"] != f"sha512-{digest}":
            raise ValueError(f"{specification} has the integrity sha512-{digest}, which is not the one of packages.json")
        with tarfile.open(archive) as tar:
            file = tar.extractfile(f"package/{name}")
            assert file is not None, name
            return file.read()


def land_path(topology: dict[str, Any]) -> str:
    """The land of a TopoJSON file as the `d` of an SVG path, without Antarctica."""
    scale, translate = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = [list(_positions(arc, scale, translate)) for arc in topology["arcs"]]
    rings = (_ring(indices, arcs) for indices in _polygons(topology["objects"]["land"]))
    return "".join(_drawn(ring) for ring in rings if min(latitude for _, latitude in ring) > MOST_SOUTHERN)


def _positions(arc: list[list[int]], scale: list[float], translate: list[float]) -> Iterator[Position]:
    # The positions of an arc are integers, each relative to the one before (TopoJSON 1.0, 2.1.4).
    for x, y in itertools.accumulate(arc, lambda before, step: [before[0] + step[0], before[1] + step[1]]):
        yield x * scale[0] + translate[0], y * scale[1] + translate[1]


def _polygons(geometry: dict[str, Any]) -> Iterator[list[int]]:
    """The rings of a geometry, each as indices of arcs."""
    if geometry["type"] == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from _polygons(part)
    elif geometry["type"] == "MultiPolygon":
        for polygon in geometry["arcs"]:
            yield from polygon
    else:
        yield from geometry["arcs"]


def _ring(indices: list[int], arcs: list[list[Position]]) -> list[Position]:
    """The positions of a ring; an arc with the index ~i is the arc i from its end."""
    parts = [arcs[index] if index >= 0 else arcs[~index][::-1] for index in indices]
    return [parts[0][0], *(position for part in parts for position in part[1:])]


def _drawn(ring: list[Position]) -> str:
    return "".join(map(_subpath, _cut_at_antimeridian(ring)))


def _cut_at_antimeridian(ring: list[Position]) -> Iterator[list[Position]]:
    """The parts of a ring on each side of 180 degrees: drawn as one, it would lead across the whole map."""
    crossings = [at for at, (here, there) in enumerate(itertools.pairwise(ring), 1) if abs(there[0] - here[0]) > 180]
    if not crossings:
        yield ring
        return
    # A ring ends where it begins: from one crossing round to the same one.
    turned = [*ring[crossings[0] : -1], *ring[: crossings[0]]]
    cuts = [0, *(at - crossings[0] for at in crossings[1:]), len(turned)]
    yield from (turned[first:last] for first, last in itertools.pairwise(cuts))


def _subpath(positions: list[Position]) -> str:
    """In tenths of a unit, each point relative to the one before: half as long as absolute numbers."""
    projected = (project(latitude, longitude) for longitude, latitude in positions)
    points = [point for point, _ in itertools.groupby((round(10 * x), round(10 * y)) for x, y in projected)]
    if len(points) < 3:
        return ""
    steps = (f"{there[0] - here[0]} {there[1] - here[1]}" for here, there in itertools.pairwise(points))
    return f"M{points[0][0]} {points[0][1]}l{' '.join(steps).replace(' -', '-')}z"


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    (STATIC / "htmx.min.js").write_bytes(read_file("htmx.org", "dist/htmx.min.js"))
    land = land_path(json.loads(read_file("world-atlas", "land-110m.json")))
    (STATIC / "land.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{VIEW_BOX}"><path id="land" transform="scale(.1)" d="{land}"/></svg>\n'
    )


if __name__ == "__main__":
    main()
