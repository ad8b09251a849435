"""What the name of a host tells."""

from __future__ import annotations

import pytest

from guardrails.signals.hosts import is_in, is_ip, is_test_host, poses, site

OWN = ("nimbrel.com", "lamps.nimbrel.co.uk")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("shop.nimbrel.com", "nimbrel.com"), ("nimbrel.com", "nimbrel.com"), ("a.nimbrel.co.uk", "nimbrel.co.uk"),
        ("a.b.de", "b.de"), ("localhost", "localhost"), ("co.uk", "co.uk"), ("shop.or.at", "shop.or.at"),
    ],
)  # fmt: skip
def test_site(host: str, expected: str) -> None:
    """The site is what somebody registers."""
    assert expected == site(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "[::1]", "a.0177"])
def test_ip(host: str) -> None:
    """Browsers take all of these for IP addresses."""
    assert is_ip(host)


@pytest.mark.parametrize("host", ["nimbrel.com", "1und1.de", "3sat.de", "7.org", "0xide.io"])
def test_no_ip(host: str) -> None:
    """A name with figures in it is none."""
    assert not is_ip(host)


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "shop", "staging.nimbrel.com", "shop-staging.nimbrel.com", "dev.nimbrel.co.uk", "a.ngrok-free.app",
        "example.com", "www.example.org", "nimbrel.test", "nimbrel.local", "router.home.arpa", "qa-2.shop.nimbrel.com",
    ],
)  # fmt: skip
def test_test_host(host: str) -> None:
    """Reserved and private names, tunnels and stages are no public hosts."""
    assert is_test_host(host)


@pytest.mark.parametrize(
    "host",
    ["nimbrel.com", "test.de", "dev.to", "stage.co.uk", "testing.com", "latest.nimbrel.com", "devices.nimbrel.com"],
)
def test_public_host(host: str) -> None:
    """A site may be called like a stage, and a label may contain its name."""
    assert not is_test_host(host)


@pytest.mark.parametrize(
    "host",
    [
        "nimbre1.com", "nirnbrel.com", "nimbrell.com", "nimbel.com", "nimbrle.com", "nímbrel.com", "nimbrel.com.evil.net",
        "www.nimbrel.com.evil.net", "n\u0456mbrel.com", "\u0430\u0440\u0440\u04cf\u0435.com", "lum\u043era.net",
        "shop.nlmbrel.de",
    ],
)  # fmt: skip
def test_posing(host: str) -> None:
    """Look-alike letters, one wrong letter, and an own host in front of another site."""
    assert poses(host, OWN)


@pytest.mark.parametrize(
    "host",
    [
        "nimbrel.com", "shop.nimbrel.com", "nimbrel.co.uk", "nimbrel.de", "lumora.com", "münchen.de", "пример.рф",
        "日本kk.jp", "nimbrel-shop.com", "timber.com",
    ],
)  # fmt: skip
def test_not_posing(host: str) -> None:
    """Own sites, other names, and honest words in other scripts."""
    assert not poses(host, OWN)


def test_subdomains() -> None:
    """A host stands for its subdomains, not for names that end alike."""
    assert is_in("a.nimbrel.com", OWN)
    assert not is_in("notnimbrel.com", OWN)
