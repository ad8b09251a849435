"""Where a link leads, taken apart as a browser would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.signals.targets import Target, target_of


@pytest.mark.parametrize(
    ("written", "scheme", "host"),
    [
        ("https://Lumora.com/Desk?x=1#top", "https", "lumora.com"),
        ("www.lumora.com/desk", "", "www.lumora.com"),
        ("//lumora.com:8443/desk", "", "lumora.com"),
        ("https:\\\\lumora.com\\@evil.com", "https", "lumora.com"),
        ("https:/lumora.com", "https", "lumora.com"),
        ("  ht\ttps://lu\nmora.com ", "https", "lumora.com"),
        ("https://lumora.com@evil.com/", "https", "evil.com"),
        ("https://lumora%2Ecom/", "https", "lumora.com"),
        ("https://lumora。com./", "https", "lumora.com"),
        ("https://ｌｕｍｏｒａ.com", "https", "lumora.com"),
        ("https://xn--mnchen-3ya.de", "https", "münchen.de"),
        ("https://xn--\u00fc.de", "https", "xn--ü.de"),
        ("https://[::1]:80/x", "https", "[::1]"),
        ("https://lu\u200bmora.com", "https", "lumora.com"),
        ("https://", "https", ""),
        ("mailto:help@lumora.com", "mailto", ""),
        ("/desk?size=2", "", ""),
        ("#", "", ""),
        ("", "", ""),
    ],
)
def test_scheme_and_host(written: str, scheme: str, host: str) -> None:
    """The scheme and the host are those that a browser opens."""
    target = target_of(written)

    assert (scheme, host) == (target.scheme, target.host)


def test_query_and_path() -> None:
    """Names and values of the query are decoded, in order; the part after # is none of them."""
    expected = Target("https", "lumora.com", has_user=True, path="/a", query=(("b", "c d"), ("e", "")))

    assert expected == target_of("https://jane:secret@lumora.com/a?b=c%20d&e#f?g=h")


@given(st.text(max_size=60))
def test_any_text_is_a_target(written: str) -> None:
    """Whatever stands in a link is taken apart without complaint."""
    assert target_of(f"https://{written}").scheme == "https"
    assert isinstance(target_of(written), Target)
