"""index: an `Article` in, a document behind the alias `articles` out.

Pure: `document`, `mapping`. Touching Elasticsearch: `client`, `sink`, `aliases`.
"""
