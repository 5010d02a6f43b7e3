"""The `newsdesk` command. There is one module per group of commands, which is imported when one of them is called."""
