"""web: the pages and the JSON API, served by Airflow or by `newsdesk web`.

`app` builds an application from sections and depends on neither Airflow nor Elasticsearch; `site` lists the sections; a module
`..._page` has the routes of one, `library` queries Elasticsearch and the archive; `search_form`, `findings`, `links` and `names`
are pure functions.
"""
