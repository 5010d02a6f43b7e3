"""The sections of newsdesk's site, in the order of the navigation: Airflow and `newsdesk web` serve the same ones."""

from newsdesk.settings import Settings
from newsdesk.web.api import api_section
from newsdesk.web.article_page import article_section
from newsdesk.web.desk_page import desk_section
from newsdesk.web.entities_page import entities_section
from newsdesk.web.gist import Apertium
from newsdesk.web.library import Library
from newsdesk.web.pictures import Pictures, asking, pictures_section
from newsdesk.web.preferences_page import preferences_section
from newsdesk.web.resources import Resources
from newsdesk.web.search_page import search_section
from newsdesk.web.sections import Section
from newsdesk.web.static_files import static_section
from newsdesk.web.topic_edit_page import topic_edit_section
from newsdesk.web.topic_subscriptions_page import topic_subscriptions_section
from newsdesk.web.topics_page import topics_section


def make_sections(settings: Settings, library: Library, desk: Resources) -> tuple[Section, ...]:
    has_images = settings.web.images
    return (
        search_section(library, maximum_hits=settings.search.maximum_hits, csv_raw=settings.search.csv_raw, has_images=has_images),
        article_section(library, translator=Apertium(), has_images=has_images),
        *(_pictures(settings, library) if has_images else ()),
        entities_section(library, settings),
        topic_edit_section(library),
        topic_subscriptions_section(settings),
        topics_section(),
        desk_section(desk),
        api_section(library, desk, maximum_hits=settings.search.maximum_hits),
        preferences_section(),
        static_section(),
    )


def _pictures(settings: Settings, library: Library) -> tuple[Section]:
    pictures = Pictures(
        settings.home.cache / "pictures",
        asking(settings),
        kept_bytes=settings.web.image_cache_bytes,
        maximum_redirects=settings.fetch.maximum_redirects,
    )
    return (pictures_section(library, pictures),)
