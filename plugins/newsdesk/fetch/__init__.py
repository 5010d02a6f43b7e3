"""The fetch stage: polls feeds, fetches pages, and stores captures in WARC files. `shard` runs it from start to end.

Pure functions: `feeds` (with `feed_dates`, `feed_links`, `feed_text`), `sitemaps`, `opml`, `xml_repair`, `plan`, `identity`,
`robots`, `addresses`, `content_encoding`.
HTTP: `transport` (connections), `client` (one request), `credentials`, `host_scheduler` (one request at a time per host), `polling`,
`visiting`, `discovery`, `trial`; `guarded_http` (WARC files over HTTP); `parsing` (child process).
State database: `tables`, `state` (feeds), `feed_report`, `pages`, `listing` (new, known and renamed pages), `hosts` (leases),
`allowed_hosts`, `websub` (subscriptions), `journal` (WARC files being written).
Archive: `warc`, `warc_history`. `ledger` commits the results of a run to both.
"""
