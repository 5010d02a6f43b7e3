"""index: writes each `Article` as a document behind the alias `articles`.

`document`, `mapping`, `duplicates` and `events` are pure; the other modules call Elasticsearch.
"""
