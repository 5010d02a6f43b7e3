"""newsdesk: fetches news articles, checks and tags them, and makes them searchable.

What each task of the DAGs does is in `jobs/`; the way of an article through the files is in docs/architecture.md.
"""
