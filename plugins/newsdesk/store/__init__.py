"""What the pipeline keeps between stages: files of captures, articles and outcomes below the data root, dead letters in the database."""
