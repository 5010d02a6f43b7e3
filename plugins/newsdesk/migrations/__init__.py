"""migrations: how the state database came to its present shape, a step a file; run by `database.open_database`."""
