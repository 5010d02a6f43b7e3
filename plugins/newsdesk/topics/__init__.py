"""Topics: saved queries, the articles that they match in each run of the index stage, and notifications of them."""
