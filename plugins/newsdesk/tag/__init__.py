"""tag: a `Cleaned` and its analysis in, a `Tagged` out (persons, organisations and places, each once).

The heart is `stage`; nothing here touches the world but the gazetteer, which is read from packages at start.
"""
