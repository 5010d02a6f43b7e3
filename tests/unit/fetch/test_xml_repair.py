"""Repair of invalid XML."""

import pytest

from newsdesk.fetch.xml_repair import repair_xml


@pytest.mark.parametrize(
    ("given", "mended"),
    [
        ("<a>R&D & so on</a>", "<a>R&amp;D &amp; so on</a>"),
        ("<a>?a=1&copy=2&b=3</a>", "<a>?a=1&amp;copy=2&amp;b=3</a>"),
        ("<a>caf&eacute;&nbsp;&hellip;</a>", "<a>café\xa0…</a>"),
        ("<a>&LT;b&GT; &AMP;</a>", "<a>&lt;b&gt; &amp;</a>"),
        ("<a>&unheard; &#8211; &#x2026; &amp; &lt;</a>", "<a>&amp;unheard; &#8211; &#x2026; &amp; &lt;</a>"),
        ("<a><![CDATA[R&D &eacute;]]></a>", "<a><![CDATA[R&D &eacute;]]></a>"),
        ("<a>one\x0btwo\x00</a>", "<a>onetwo</a>"),
        ("<a>one&#7;two&#xB;</a>", "<a>onetwo</a>"),
        ("<a>&#xD83D;&#xDEA2; &#55357;&#56994;</a>", "<a>🚢 🚢</a>"),
        ("<a>one&#xD83D; two &#x110000;</a>", "<a>one two &#x110000;</a>"),
        ('<a b="&#34;&#xD83D;&#xDEA2;&#60;">x</a>', '<a b="&quot;🚢&lt;">x</a>'),
        ("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"),
    ],
)
def test_what_xml_would_refuse_is_mended(given: str, mended: str) -> None:
    assert repair_xml(given) == mended
