"""search: what a reader asks in, articles with highlights out. Pure: `queries`. Touching Elasticsearch: `run`."""
