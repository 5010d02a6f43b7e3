"""The sections of newsdesk's site, in the order of the navigation: Airflow and `newsdesk web` serve the same ones."""

from newsdesk.settings import Settings
from newsdesk.web.api import api_section
from newsdesk.web.article_page import article_section
from newsdesk.web.desk_page import desk_section
from newsdesk.web.library import Library
from newsdesk.web.preferences_page import preferences_section
from newsdesk.web.resources import Resources
from newsdesk.web.search_page import search_section
from newsdesk.web.sections import Section
from newsdesk.web.static_files import static_section


def make_sections(settings: Settings, library: Library, desk: Resources) -> tuple[Section, ...]:
    return (
        search_section(library, maximum_hits=settings.search.maximum_hits, csv_raw=settings.search.csv_raw),
        article_section(library),
        desk_section(desk),
        api_section(library, desk, maximum_hits=settings.search.maximum_hits),
        preferences_section(),
        static_section(),
    )
