"""clean: a `Capture` in, a `Cleaned` out (text, title, authors, dates, language, kind).

The heart is `stage`. `worker` runs it in child processes, since parsers written in C can crash or hang on a
page; `line_memory` keeps in the state database what `repeated` looks at. Everything else is pure. One place to touch for a new

    rule on leftover lines    leftovers.RULES
    word of page furniture    furniture
    kind of page              kinds
    sign of a date            dates
    way to write a day        months
    word of bylines           persons
    label of an encoding      decoding
"""
