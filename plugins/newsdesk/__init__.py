"""newsdesk: fetches news articles, checks and tags them, and makes them searchable.

What each task of the DAGs does is in `jobs.py`; the way of an article is in `partition_steps.py`.
"""
