"""The check step of enriching: finds out whether an article is a translation, and whether its sentences are sound.

`stage.check` is the entry point, `catalogue` lists the rules, and `lang/<code>.py` has the data of a language.
"""
