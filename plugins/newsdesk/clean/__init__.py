"""clean: a `Capture` in, a `Cleaned` out (text, title, authors, dates, language, kind).

The heart is `stage`. `worker` runs it in child processes, since parsers written in C can crash or hang on a
page; `line_memory` keeps in the state database what `repeated` looks at. Everything else is pure. One place to touch for a new

    rule on leftover lines    boilerplate.RULES
    word of page furniture    furniture
    class of hidden words     unseen
    kind of page              content_kind
    sign of a date            dates
        way to write a time       moments, data/zones.tsv
    word of bylines           data/byline_words.tsv
    label of an encoding      charsets
"""
