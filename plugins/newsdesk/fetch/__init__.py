"""fetch: feeds and pages in, captures in WARC files out.

Pure: `feeds`, `plan`, `robots`, `sitemaps`. Touching the world: `client` (HTTP), `state` (SQL), `warc` (files), `shard` (all three).
"""
