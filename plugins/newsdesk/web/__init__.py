"""web: the newsroom's pages, served by Airflow or alone.

`app` makes an application of sections and depends on neither Airflow nor Elasticsearch; `site` lists the sections; a module
`..._page` holds the routes of one, `library` queries Elasticsearch and the archive; `search_form`, `findings`, `links` and `names`
are pure functions.
"""
