"""clean: a `Capture` in, a `Cleaned` out (text, title, authors, dates, language).

The heart is `stage`; `worker` runs it in child processes, since parsers written in C can crash or hang on a page.
"""
