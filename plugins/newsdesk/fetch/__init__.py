"""fetch: feeds and pages in, captures in WARC files out. `shard` is the way of a run, top to bottom.

Pure: `feeds`, `sitemaps`, `opml`, `plan`, `identity`, `robots`, `addresses`, `decoding`.
HTTP: `client` (one request), `turns` (whose turn it is), `polling`, `visiting`, `discovery`, `trial`.
SQL: `tables`, `state` (feeds), `pages`, `listing` (entries against pages), `hosts` (leases), `journal` (capture files).
Files: `warc`. Both: `ledger`.
"""
