"""index: writes each `Article` as a document behind the alias `articles`.

`document`, `mapping` and `duplicates` are pure; the other modules talk to Elasticsearch.
"""
