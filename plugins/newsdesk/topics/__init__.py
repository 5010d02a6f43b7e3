"""Topics: saved queries, the articles that they find in each run of the index stage, and how readers are told of them."""
