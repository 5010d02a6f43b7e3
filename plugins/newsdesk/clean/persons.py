"""The persons that a byline names, without roles, agencies and newsrooms. Pure text: no page."""

import re
from collections.abc import Iterator

from newsdesk.clean.text import one_line, words_of

_BY = re.compile(
    r"^\s*(?:(?:(?:written|posted|reviewed|words|story)\s+by|by|von|par|por|di|da|door|av|af|przez|kirjoittanut|بقلم|מאת|โดย)(?:\s*[:：]\s*|\s+)"
    r"|(?:authors?|autor(?:a|in|es)?|texte?|texto|testo|teksti?|yazan|автор(?:ы|и)?|текст|كتب|كتبت|نویسنده|लेखक|作者|撰文|取材|文)\s*[/／:：]\s*"
    r"|\S{0,6}(?:記者|记者)\s*[/／:：]?\s*(?=\S))",
    re.IGNORECASE,
)
_CREDITED = re.compile(r"^\w+(?:\s+[^\W\d_A-ZÀ-ÞА-Я]\w*){1,3}\s+(?:by|von|par|por|door|av|af|da|przez)\s+(?=[^\W\d_a-z])")
""" "Propos recueillis par Anne Roy": a first word, then only small ones. Names go on in capitals: Johann Wolfgang von Goethe."""
_ASIDE = re.compile(r"(?<=\S)\s*[(（\[][^()（）\[\]]*[)）\]]")
_SPLIT = re.compile(
    r"\s*(?:[,;|/／•、،]|·(?![\u3400-\u9fff]))\s*(?:and\s+)?|\s*&\s*"
    r"|\s(?:and|und|et|og|och|with|avec|(?-i:en|ja|ve|és|și|și|και|та|mit|con|com|met|و|और|และ))\s"
    r"|\s(?-i:[yeiи]|(?<=[A-ZÀ-Þ]{2}\s)[YE](?=\s[A-ZÀ-Þ]{2}))\s(?=\S+\s[^\s,;|/])",
    re.IGNORECASE,
)
"""One letter joins two names only where two words follow: not in `José Ortega y Gasset`, nor in `Anna E. Smith`."""
_AFTER_DASH = re.compile(r"^([^,;|/]*?)\s[-–—]\s[^,;|/]*")
"""A place, a house or a day as a rule: "Ann Lee – Berlin"."""
_AFTER_NAME = re.compile(r"\s(?:(?-i:in|at|on|for|from|aus|à|am)|published|updated|posted|special\s+to)\s.*", re.IGNORECASE)
""" "By Ann Lee in Washington", "By Ann Lee Updated 2 May"."""
_ROLE_AFTER_NAME = re.compile(r"\s*(?:記者|记者|特派員|撰文|기자|특파원)$")
_AROUND_NAMES = " .-–—:：()（）【】[]\"'"

_AGENCIES = frozenset({
    "afp", "ap", "reuters", "efe", "dpa", "ansa", "apa", "tass", "upi", "pti", "aap", "lusa", "pap", "ria", "interfax", "xinhua",
    "bbc", "cnn", "cbs", "nbc",
    "kyodo", "yonhap", "anadolu", "bloomberg", "sid", "epd", "kna", "belga", "ritzau", "ntb", "tt", "stt", "agencies", "agencia",
    "agencias", "agence", "agentur", "agenturen", "redaktion", "redaction", "redacción", "redaccion", "rédaction", "redazione",
    "redação", "redactie", "redakcja", "staff", "editorial", "editors", "editor", "newsroom", "desk", "team", "admin", "administrator",
    "administrador", "webmaster", "guest", "anonymous", "unknown", "contributor", "contributors", "author", "authors", "user", "press",
    "newspaper", "magazine", "media", "news", "online", "agency", "company", "inc", "llc", "ltd", "gmbh", "group", "official",
    "community", "department", "редакция", "агентство", "новости", "تحرير", "التحرير", "وكالة", "وكالات", "أخبار", "الأخبار", "رويترز",
    "قناة", "نت", "تحریریه", "خبرگزاری", "نیوز", "מערכת", "סוכנויות", "חדשות", "डेस्क", "न्यूज", "न्यूज़", "एजेंसी", "ब्यूरो", "टीम", "ডেস্ক", "অনলাইন",
    "ทีมข่าว", "กองบรรณาธิการ",
})  # fmt: skip
"""Words that a person's byline does not have: agencies, newsrooms, companies, roles that stand for nobody."""

_ROLES = frozenset({
    "director", "editor", "correspondent", "reporter", "columnist", "writer", "journalist", "manager", "officer", "president", "analyst",
    "expert", "specialist", "producer", "chief", "head", "founder", "ceo", "professor", "photographer", "fellow", "consultant",
    "assistant", "associate", "senior", "sr", "freelance", "reviewer", "attorney", "corresponsal", "periodista", "redactor", "redactora",
    "korrespondent", "korrespondentin", "redakteur", "redakteurin", "journaliste", "correspondant", "correspondante", "giornalista",
    "inviato", "inviata", "jornalista", "repórter", "verslaggever", "dziennikarz", "корреспондент", "обозреватель", "журналист",
    "مراسل", "مراسلنا", "כתב", "כתבי", "संवाददाता", "প্রতিবেদক", "প্রতিনিধি", "ผู้สื่อข่าว",
})  # fmt: skip
_NOT_IN_NAMES = frozenset({
    "by", "from", "in", "on", "at", "for", "the", "about", "more", "our", "your", "my", "this", "that", "says", "said", "written", "posted",
    "published", "updated", "reviewed", "checked", "fact", "full", "follow", "read", "learn", "view", "all", "posts", "photo", "photos",
    "sponsored", "comment", "comments", "reply", "share", "bank", "marketing", "services", "solutions", "university", "institute",
    "association", "foundation", "council", "ministry", "times", "tribune", "gazette", "herald", "network", "studio", "labs", "academy",
    "digital", "technologies", "software", "center", "centre", "clinic", "hospital", "health",
})  # fmt: skip
_PARTICLES = frozenset({
    "de", "del", "della", "di", "da", "das", "do", "dos", "du", "la", "le", "van", "von", "der", "den", "ter", "ten", "zu", "zur", "af",
    "av", "bin", "ibn", "bint", "al", "el", "y", "e", "i", "of", "d",
})  # fmt: skip
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_NEWSROOM = re.compile(
    "新聞|新闻|通信|通訊|通讯|編集|编辑|編輯|放送|電視|电视|客户端|公司|中心|本報|本报|報導|報道|报道|綜合|综合|チーム|ニュース|テレビ|オンライン|[社報报网網台臺局部]$"
    "|뉴스|신문|일보|통신|방송|편집|취재|온라인|연합|기자단"
)
"""What the names of newsrooms have, and no person's, where words are not set apart."""
_MAXIMUM_WORDS = 6
_MAXIMUM_WORDS_UNCASED = 4
_MAXIMUM_CHARACTERS_UNSPACED = 12


def persons_in(claim: str, *, site_name: str | None) -> Iterator[str]:
    """The persons that a byline names: "By Ann Lee and Bob Ray, political editor" gives Ann Lee and Bob Ray."""
    line = one_line(claim)
    plain = _CREDITED.sub("", _BY.sub("", line))
    for part in _SPLIT.split(_AFTER_DASH.sub(r"\1", _ASIDE.sub("", plain))):
        name = _BY.sub("", part)
        if plain != line:
            name = _AFTER_NAME.sub("", name)
        name = _ROLE_AFTER_NAME.sub("", name.strip(_AROUND_NAMES))
        if is_person(name, site_name=site_name):
            yield name.title() if name.isupper() and len(name) > 3 else name


def begins_as_byline(line: str) -> bool:
    """Whether a line begins with what stands before an author's name: "By", "Von", "Автор:"."""
    return _BY.match(line) is not None


def is_person(name: str, *, site_name: str | None) -> bool:
    """Whether this can be a person's name: a few capitalised words, no address, no digits, no agency, no role, not the site.

    In scripts without capitals: two words or more, or a short name of Chinese characters, kana or Hangul.
    """
    words = name.split()
    if not 1 < len(name) <= 60 or len(words) > _MAXIMUM_WORDS or any(sign.isdigit() or sign in "@<>{}[]#=_\\»«:：" for sign in name):
        return False
    if not (_AGENCIES | _ROLES | _NOT_IN_NAMES).isdisjoint(words_of(name)):
        return False
    if site_name and "".join(words_of(name)) == "".join(words_of(site_name)):
        return False
    if _UNSPACED.search(name):
        return len(name) <= _MAXIMUM_CHARACTERS_UNSPACED and not _NEWSROOM.search(name) and not re.search("[A-Za-z]", name)
    if len(words) < 2:
        return False
    if name.title() == name.lower():  # a script without capitals
        return len(words) <= _MAXIMUM_WORDS_UNCASED and sum(len(word) > 1 for word in words) >= 2
    return all(map(_is_part_of_a_name, words)) and "." not in words[-1].rstrip(".")[1:]


def _is_part_of_a_name(word: str) -> bool:
    return word[:1].isupper() or not word[:1].isalpha() or word.strip(".'’").lower() in _PARTICLES
