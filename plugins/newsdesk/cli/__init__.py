"""cli: the `newsdesk` command. One module per group of commands, loaded when it is called."""
