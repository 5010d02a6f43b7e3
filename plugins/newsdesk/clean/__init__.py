"""The clean step of enriching: makes a `Cleaned` (text, title, authors, dates, language, kind) of a captured page.

`stage.clean` is the entry point. `worker` runs it in child processes, since parsers written in C can crash or hang on a page.
`article_endings` stores in the state database what `repeated` needs. Everything else is pure. Where to add

    a rule for boilerplate lines       boilerplate.RULES, data/boilerplate_phrases.tsv
    a class name of page furniture     furniture
    a class name of hidden text        hidden_text
    a kind of page                     content_kind
    a place where pages have dates     dates
    a format of dates and times        moments
    a word of bylines                  data/byline_words.tsv
    the time zone of a country         data/country_zones.tsv
    a label of an encoding             newsdesk.charsets
"""
