"""newsdesk: fetches news articles, checks and tags them, and makes them searchable.

The way of an article, top to bottom, is in `pipeline.py`.
"""
