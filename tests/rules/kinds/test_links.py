"""Facts about the kind ``links``."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from guardrails.rules.kinds import kind
from tests.rules.kinds.driver import Setting, hits

OWN = "own_hosts: [nimbrel.example]"
HTML = Setting(form="html")
MARKDOWN = Setting(form="markdown")


def _problems(html: str, params: str = "{}") -> list[str]:
    return [dict(hit.evidence)["problem"] for hit in hits("links", params, html, setting=HTML)]


def _link(target: str, text: str = "Zum Shop") -> str:
    return f'<p>Hier: <a href="{target}">{text}</a></p>'


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("", "placeholder"), ("#", "placeholder"), ("#!", "placeholder"), ("javascript:void(0)", "placeholder"),
        ("TBD", "placeholder"), ("https://", "placeholder"), ("insert-link-here", "placeholder"),
        ("{{ cta_url }}", "placeholder"), ("https://lumora.com/?u={{id}}", "placeholder"), ("[URL]", "placeholder"),
        ("*|UNSUB|*", "placeholder"), ("mailto:", "placeholder"), ("mailto:jane", "placeholder"), ("tel:", "placeholder"),
        ("javascript:alert(1)", "scheme"), (" JavaScript:alert(1)", "scheme"), ("java\tscript:alert(1)", "scheme"),
        ("data:text/html,x", "scheme"), ("file:///etc/x", "scheme"), ("C:\\lamps\\x.pdf", "scheme"),
        ("http://lumora.com", "insecure"), ("ftp://lumora.com", "insecure"), ("HTTP://lumora.com", "insecure"),
        ("https://10.0.0.1/x", "ip"), ("https://2130706433/x", "ip"), ("https://[::1]/", "ip"),
        ("https://jane:pw@lumora.com", "credentials"), ("https://www.lumora.com@evil.net", "credentials"),
        ("https://example.com/shop", "test-host"), ("https://localhost:3000", "test-host"),
        ("https://staging.lumora.com", "test-host"), ("https://shop/desk", "test-host"),
        ("https://xn--lumra-7ye.com", "look-alike"), ("mailto:help@example.com", "test-host"),
    ],
)  # fmt: skip
def test_always_wrong(target: str, problem: str) -> None:
    """What no public link may lead to is found without any parameter, once."""
    assert [problem] == _problems(_link(target))


@pytest.mark.parametrize(
    "target",
    [
        "https://lumora.com", "https://lumora.com/a#part", "/desk", "desk.html?size=2", "#prices", "www.lumora.com", "/",
        "mailto:help@lumora.com?subject=Lamp", "tel:+49301234567", "https://test.de/lampen", "https://münchen.de",
        "https://lumora.com/url", "whatsapp://send?text=x",
    ],
)  # fmt: skip
def test_nothing_wrong(target: str) -> None:
    """Public addresses, parts of the page, and apps are left alone."""
    assert [] == _problems(_link(target))


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("www.lumora.com", "https://evil.net/x"), ("https://lumora.com/desk", "https://lumora.net/desk"),
        ("Zum Shop: lumora.de", "https://click.evil.net"), ("help@lumora.com", "mailto:help@lumora.net"),
        ("030 123 45 67", "tel:+49301234568"), ("lumora.com", "https://lumora.com@evil.net"),
    ],
)  # fmt: skip
def test_text_and_target_differ(text: str, target: str) -> None:
    """A text that names another place than the target misleads."""
    assert "mismatch" in _problems(_link(target, text))


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("lumora.com", "https://shop.lumora.com/desk"), ("shop.lumora.com", "https://www.lumora.com"),
        ("Node.js", "https://nodejs.org"), ("z.B.", "https://lumora.com"), ("Version 4.2", "https://lumora.com"),
        ("Datenblatt.pdf", "https://lumora.com/x"), ("help@lumora.com", "mailto:Help@lumora.com?subject=x"),
        ("(030) 123 45 67", "tel:+49-30-1234567"), ("Tel. 0800 123", "tel:+49800123"),
        ("help@lumora.com", "https://lumora.com/help"), ("https://lumora.com/a&amp;b", "https://lumora.com/a&amp;b"),
    ],
)  # fmt: skip
def test_text_and_target_agree(text: str, target: str) -> None:
    """The same site, the same address or number, and words that only look like hosts."""
    assert [] == _problems(_link(target, text))


def test_hosts() -> None:
    """Own and allowed hosts may be linked with their subdomains, forbidden ones not, the rest not once there is a list."""
    params = f"{OWN}\nallow_hosts: [prueflabor.de]\nforbid_hosts: [alt.prueflabor.de]"
    targets = ["shop.nimbrel.example", "www.prueflabor.de", "alt.prueflabor.de", "lumora.com"]
    html = "".join(_link(f"https://{target}") for target in targets)

    assert ["host", "host"] == _problems(html, params)


def test_excepted_host() -> None:
    """No check is about a host that is excepted."""
    html = _link("http://click.mailer.com/1", "nimbrel.example")

    assert ["insecure", "mismatch"] == _problems(html)
    assert [] == _problems(html, "except_hosts: [click.mailer.com]")


def test_own_reserved_host() -> None:
    """A listed host may have a reserved name, its stages are test systems still, unless they are listed themselves."""
    html = "".join(
        _link(f"https://{host}") for host in ("nimbrel.example", "shop.nimbrel.example", "dev.nimbrel.example")
    )

    assert ["test-host"] * 3 == _problems(html)
    assert ["test-host"] == _problems(html, OWN)
    assert [] == _problems(html, "own_hosts: [nimbrel.example, dev.nimbrel.example]")


def test_query() -> None:
    """Links to own hosts carry what is required with the value that is, and no link what is forbidden."""
    params = f'{OWN}\nrequire_query: [utm_source, utm_medium=email]\nforbid_query: ["gcl*", token]'
    good = "https://nimbrel.example/?utm_source=news&amp;utm_medium=email"

    assert [] == _problems(_link(good), params)
    assert ["query"] == _problems(_link("https://nimbrel.example/?utm_source=a&utm_medium=web"), params)
    assert ["query", "query"] == _problems(_link("https://nimbrel.example/?utm_source="), params)
    assert ["query", "query"] == _problems(_link(f"{good}&amp;GCLID=1&amp;token=2"), params)
    assert [] == _problems(_link("https://lumora.com/?tokens=1"), params)


def test_template_marks() -> None:
    """A mark that the sending system fills in is no placeholder; another one in the same target is."""
    params = 'template_marks: ["{{unsubscribe_url}}"]'

    assert [] == _problems(_link("{{unsubscribe_url}}"), params)
    assert ["placeholder"] == _problems(_link("{{unsubscribe_url}}{{x}}"), params)


def test_mail_and_phone() -> None:
    """Every receiver of a mail link is in a listed domain, every number begins as listed."""
    params = 'mail_domains: [lumora.com]\nphone_prefixes: ["+49", "+43"]'

    assert [] == _problems(_link("mailto:a@lumora.com,b@de.lumora.com") + _link("tel:+43%201%20234"), params)
    assert ["mail"] == _problems(_link("mailto:a@lumora.com?cc=b@evil.net"), params)
    assert ["phone"] == _problems(_link("tel:030 1234567"), params)


def test_optional_checks() -> None:
    """Targets without a host, and letters beyond a to z, are only looked for if asked."""
    html = _link("/desk") + _link("https://xn--mnchen-3ya.de")

    assert [] == _problems(html)
    assert ["relative", "non-ascii"] == _problems(html, "checks: [relative, non-ascii]")


def test_picture_without_words() -> None:
    """A link that shows nothing to read is judged too, and stands at its markup."""
    (hit,) = hits("links", "{}", '<a href="http://lumora.com"><img src="x.png"></a>', setting=HTML)

    assert (True, '<a href="http://lumora.com">') == (hit.in_source, hit.match)


def test_secret_is_sensitive() -> None:
    """A password that is shown is masked; one that is only in the target leaves the text of the link alone."""
    shown, hidden = hits("links", "{}", "https://j:pw@lumora.com and [shop](https://j:pw@lumora.com)", setting=MARKDOWN)

    assert shown.sensitive
    assert not hidden.sensitive
    assert not any("pw" in value for hit in (shown, hidden) for _, value in hit.evidence)


def test_https_is_offered_where_the_address_stands() -> None:
    """The fix replaces the bare address and is only suggested; behind a text there is nothing to replace."""
    bare, named = hits("links", "{}", "http://lumora.com and [shop](http://lumora.com)", setting=MARKDOWN)

    assert [("suggested", "https://lumora.com")] == [(fix.safety, fix.edits[0].text) for fix in bare.fixes]
    assert () == named.fixes


@pytest.mark.parametrize("params", [{"checks": []}, {"own_hosts": ["https://a.com"]}, {"allow_hosts": [""]},
                                    {"forbid_hosts": ["A.com"]}])  # fmt: skip
def test_bad_params(params: dict[str, object]) -> None:
    """A rule that asks nothing and hosts that no link has are refused."""
    with pytest.raises(ValidationError):
        TypeAdapter(kind("links").params).validate_python(params)


@given(st.text(max_size=40), st.sampled_from(["", "https://", "mailto:", "tel:"]))
def test_any_target(written: str, scheme: str) -> None:
    """No target, however broken, is beyond judgement."""
    escaped = written.replace("&", "&amp;").replace('"', "&quot;")

    assert isinstance(_problems(_link(scheme + escaped), f"{OWN}\nrequire_query: [a]"), list)
