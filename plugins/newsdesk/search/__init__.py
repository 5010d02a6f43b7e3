"""search: from a user's query to articles with highlights. `queries` is pure, `run` calls Elasticsearch."""
