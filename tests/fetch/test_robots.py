"""robots.txt, asked over loopback: what is obeyed, and how much of it is taken."""

from __future__ import annotations

import gzip
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import BadStatus, Disallowed, FetchError, HostRests
from aggregator.fetch.pace import LONGEST_DELAY
from aggregator.fetch.robots import LIFETIME, SITES, SIZE, Robots
from aggregator.model import Request, Response

if TYPE_CHECKING:
    from tests.fetch.conftest import MakeFetcher, MakeSite, Reply, Site

ALL = b"User-agent: *\n"


def page(web: Site, path: str, agent: str | None = None) -> Request:
    return Request(web.url(path), user_agent=agent, robots=True)


def paths(web: Site) -> list[str]:
    return [path for path, _ in web.asked]


def test_a_page_that_is_disallowed_is_not_asked_for(site: MakeSite, fetcher: MakeFetcher, reply: type[Reply]) -> None:
    web = site({"/robots.txt": reply(200, ALL + b"Disallow: /news"), "/news/": reply(), "/other": reply()})
    client = fetcher(web.address)
    with pytest.raises(Disallowed) as caught:
        client.fetch(page(web, "/news/?page=1"))
    assert caught.value.kind == "robots"
    assert str(caught.value).startswith(f"{web.address}: robots.txt does not allow /news/ for tests/1")
    assert client.fetch(page(web, "/other")).status == 200
    assert paths(web) == ["/robots.txt", "/other"]


def test_feeds_and_json_are_asked_for_without_it(site: MakeSite, fetcher: MakeFetcher, reply: type[Reply]) -> None:
    web = site({"/robots.txt": reply(200, ALL + b"Disallow: /"), "/feed": reply()})
    assert fetcher(web.address).fetch(Request(web.url("/feed"))).status == 200
    assert paths(web) == ["/feed"]


@pytest.mark.parametrize(
    ("agent", "allowed"), [(None, False), ("Special/2 (X11)", True), ("Mozilla/5.0 (compatible; Bad/1)", False)]
)
def test_the_group_of_the_user_agent_counts(
    site: MakeSite, fetcher: MakeFetcher, reply: type[Reply], *, agent: str | None, allowed: bool
) -> None:
    rules = b"User-agent: special\nAllow: /\n\nUser-agent: bad\nDisallow: /\n\nUser-agent: *\nDisallow: /"
    web = site({"/robots.txt": reply(200, rules), "/": reply()})
    client = fetcher(web.address)
    if allowed:
        client.fetch(page(web, "/", agent))
    else:
        with pytest.raises(Disallowed):
            client.fetch(page(web, "/", agent))
    assert web.asked[0][1]["user-agent"] == agent or (agent is None and "tests/1" in web.asked[0][1]["user-agent"])


@pytest.mark.parametrize("status", [204, 401, 403, 404, 410, 429, 451])
def test_a_site_without_one_allows_everything(
    site: MakeSite, fetcher: MakeFetcher, reply: type[Reply], status: int
) -> None:
    web = site({"/robots.txt": reply(status, b""), "/": reply()})
    assert fetcher(web.address).fetch(page(web, "/")).status == 200


@pytest.mark.parametrize("status", [500, 502, 503, 599])
def test_a_site_that_fails_allows_nothing_for_now(
    site: MakeSite, fetcher: MakeFetcher, reply: type[Reply], status: int
) -> None:
    web = site({"/robots.txt": reply(status, b""), "/": reply()})
    client = fetcher(web.address)
    for _ in range(2):
        with pytest.raises(Disallowed, match=rf"robots.txt cannot be read, so /x is not asked for: HTTP {status}"):
            client.fetch(page(web, "/x"))
    assert paths(web) == ["/robots.txt"]


def test_a_site_that_cannot_be_reached_allows_nothing_for_now(fetcher: MakeFetcher) -> None:
    with pytest.raises(Disallowed, match="connection refused") as caught:
        fetcher("127.0.0.1:9").fetch(Request("http://127.0.0.1:9/", robots=True))
    assert caught.value.kind == "unreachable", "it is not robots.txt that stands in the way"


def test_a_private_address_is_refused_for_robots_too(site: MakeSite, fetcher: MakeFetcher, reply: type[Reply]) -> None:
    web = site({"/robots.txt": reply(200, ALL)})
    with pytest.raises(Disallowed, match="not a public address"):
        fetcher().fetch(page(web, "/"))
    assert web.asked == []


@pytest.mark.parametrize(("hops", "allowed"), [(5, False), (6, True)])
def test_five_redirects_are_followed(
    site: MakeSite, fetcher: MakeFetcher, reply: type[Reply], *, hops: int, allowed: bool
) -> None:
    pages = {f"/{n}": reply(302, b"", {"Location": f"/{n + 1}"}) for n in range(1, hops)}
    pages |= {"/robots.txt": reply(301, b"", {"Location": "/1"}), f"/{hops}": reply(200, ALL + b"Disallow: /")}
    web = site(pages | {"/page": reply()})
    client = fetcher(web.address)
    if allowed:  # RFC 9309, 2.3.1.2: beyond five, it may be taken for not there
        assert client.fetch(page(web, "/page")).status == 200
    else:
        with pytest.raises(Disallowed):
            client.fetch(page(web, "/page"))


def test_the_target_of_a_redirect_is_asked_about_where_it_is(
    site: MakeSite, fetcher: MakeFetcher, reply: type[Reply]
) -> None:
    target = site({"/robots.txt": reply(200, ALL + b"Disallow: /new"), "/new": reply()})
    start = site({"/old": reply(301, b"", {"Location": target.url("/new")})})
    with pytest.raises(Disallowed, match=rf"{target.address}: robots.txt does not allow /new"):
        fetcher(start.address, target.address).fetch(page(start, "/old"))
    assert (paths(start), paths(target)) == (["/robots.txt", "/old"], ["/robots.txt"])


def test_a_host_is_asked_once_however_many_come_for_it(
    site: MakeSite, fetcher: MakeFetcher, reply: type[Reply]
) -> None:
    web = site({f"/{n}": reply() for n in range(20)})
    client = fetcher(web.address, per_host=1)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: client.fetch(page(web, f"/{n}")), range(20)))
    assert paths(web).count("/robots.txt") == 1
    assert paths(web)[0] == "/robots.txt"


def test_only_the_beginning_is_read_and_no_half_rule(site: MakeSite, fetcher: MakeFetcher, reply: type[Reply]) -> None:
    head = ALL + b"Disallow: /early\n"
    cut = b"Disallow: /l"
    filler = b"#" * (SIZE - len(head) - len(cut) - 1) + b"\n"
    body = head + filler + cut + b"ong\nDisallow: /late\n" + b"#" * 1_000_000
    for data, headers in ((body, {}), (gzip.compress(body), {"Content-Encoding": "gzip"})):
        web = site({"/robots.txt": reply(200, data, headers), "/late": reply(), "/lyric": reply()})
        client = fetcher(web.address, max_bytes=1_000)
        with pytest.raises(Disallowed):
            client.fetch(page(web, "/early"))
        assert client.fetch(page(web, "/late")).status == 200
        assert client.fetch(page(web, "/lyric")).status == 200


def answering(body: bytes) -> Robots:
    return Robots(lambda request: Response(request.url, 200, {}, body))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"<!doctype html><title>Technical Difficulties</title>",
        b"Disallow: /",
        ALL + b"Disallow:",
        b"Crawl-delay: 5",
    ],
)
def test_what_says_nothing_forbids_nothing(body: bytes) -> None:
    rules = answering(body).rules("https://a.example/x", "me/1")
    rules.check("https://a.example/x")
    assert rules.delay == 0


def test_a_byte_order_mark_does_not_hide_the_first_group() -> None:
    with pytest.raises(Disallowed):
        answering(b"\xef\xbb\xbf" + ALL + b"Disallow: /").rules("https://a.example/", "me/1").check(
            "https://a.example/"
        )


@pytest.mark.parametrize(
    ("value", "delay"), [("5", 5.0), ("0.5", 0.5), ("3600", LONGEST_DELAY), ("-1", 0), ("nan", 0), ("inf", 0), ("x", 0)]
)
def test_the_crawl_delay_is_kept_within_reason(value: str, delay: float) -> None:
    body = ALL + f"Crawl-delay: {value}\n".encode()
    assert answering(body).rules("https://a.example/", "me/1").delay == delay


def test_rules_that_would_fill_the_memory_are_not_read() -> None:
    groups = b"".join(b"User-agent: a%d\n" % n for n in range(15_000)) + b"Disallow: /\n" * 15_000
    with pytest.raises(Disallowed, match="too many groups"):
        answering(groups).rules("https://a.example/", "me/1").check("https://a.example/x")


def test_pages_of_a_host_are_spaced_as_it_asks_and_feeds_and_other_hosts_are_not(
    site: MakeSite, fetcher: MakeFetcher, reply: type[Reply]
) -> None:
    delay = 1.5
    web = site({"/robots.txt": reply(200, ALL + b"Crawl-delay: 1.5"), **{f"/{n}": reply() for n in range(4)}})
    other = site({"/": reply()})
    client = fetcher(web.address, other.address)
    client.fetch(page(web, "/0"))
    assert web.times[1] - web.times[0] < delay, "robots.txt itself is no page"
    with ThreadPoolExecutor(4) as pool:
        pages = [pool.submit(client.fetch, page(web, f"/{n}")) for n in (1, 2)]
        client.fetch(Request(web.url("/3")))
        client.fetch(page(other, "/"))
        for pending in pages:
            pending.result()
    assert paths(web)[:3] == ["/robots.txt", "/0", "/3"]
    assert other.times[-1] < web.times[3]
    for before, after in pairwise(web.times[2:]):
        assert after - before >= 0.9 * delay


def test_neither_the_wait_nor_robots_txt_eats_the_time_of_the_page(
    site: MakeSite, fetcher: MakeFetcher, reply: type[Reply]
) -> None:
    web = site({"/robots.txt": reply(200, ALL + b"Crawl-delay: 2.5"), "/": reply()})
    client = fetcher(web.address, timeout=2)
    for _ in range(2):
        assert client.fetch(page(web, "/")).status == 200
    assert web.times[2] - web.times[1] > 2


def test_a_busy_site_rests_for_its_pages_too(site: MakeSite, fetcher: MakeFetcher, reply: type[Reply]) -> None:
    web = site({"/robots.txt": reply(503, b"", {"Retry-After": "60"}), "/": reply()})
    client = fetcher(web.address)
    for request in (page(web, "/"), Request(web.url("/"))):
        with pytest.raises(HostRests):
            client.fetch(request)
    assert paths(web) == ["/robots.txt"]


def test_every_refusal_is_an_error_of_the_fetch() -> None:
    assert issubclass(Disallowed, FetchError)


class Asked:
    """A site's robots.txt, how often it was asked for, and the time."""

    def __init__(self, *answers: bytes | FetchError) -> None:
        self.answers = list(answers)
        self.times = 0
        self.now = 1_790_000_000.0
        self.robots = Robots(self._fetch, lambda: self.now)

    def _fetch(self, request: Request) -> Response:
        self.times += 1
        answer = self.answers[min(self.times, len(self.answers)) - 1]
        if isinstance(answer, FetchError):
            raise answer
        return Response(request.url, 200, {}, answer)

    def allows(self, url: str = "https://a.example/news") -> bool:
        try:
            self.robots.rules(url, "tests/1").check(url)
        except Disallowed:
            return False
        return True


def test_what_was_read_is_gone_by_for_a_day() -> None:
    site = Asked(ALL + b"Disallow: /news", ALL)
    assert not site.allows()
    site.now += LIFETIME - 1
    assert not site.allows()
    assert site.times == 1
    site.now += 2
    assert site.allows()
    assert site.times == 2


def test_what_was_read_in_the_future_is_read_anew() -> None:
    site = Asked(ALL + b"Disallow: /news", ALL)
    assert not site.allows()
    site.now -= 3600
    assert site.allows()


def test_what_could_not_be_read_is_asked_anew_in_the_next_cycle_and_what_was_read_is_not() -> None:
    site = Asked(BadStatus(503), ALL)
    assert not site.allows()
    assert not site.allows()
    assert site.times == 1
    for _ in range(2):
        site.robots.forget_unread()
        assert site.allows()
    assert site.times == 2


def test_a_site_without_one_is_known_to_have_none() -> None:
    site = Asked(BadStatus(404))
    for _ in range(2):
        assert site.allows()
        site.robots.forget_unread()
    assert site.times == 1


def test_so_many_sites_are_kept_and_no_more() -> None:
    site = Asked(ALL)
    for number in range(SITES + 10):
        assert site.allows(f"https://{number}.example/")
    assert len(site.robots._sites) == SITES
    assert site.allows(f"https://{SITES + 9}.example/")
    assert site.times == SITES + 10
    assert site.allows("https://0.example/")
    assert site.times == SITES + 11
