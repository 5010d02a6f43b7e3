"""newsdesk: fetches news articles, checks translations, tags entities, and makes the articles searchable.

`jobs/` contains the work of each DAG task; docs/architecture.md follows an article through the modules.
"""
