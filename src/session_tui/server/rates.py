"""How often may be asked: requests and bytes of each token, and failed tokens of each address.

A rate is a bucket that fills evenly. It is large: a first upload of 10,000 sessions, one `PUT`
each, goes through without a pause, and what is limited is a program that never stops. A person
who types notices nothing of it.
"""

import ipaddress
import math
import time
from collections.abc import Callable

from msgspec import Struct

_MOST_KEPT = 50_000  # keys; beyond it, those that would be full again are forgotten
_ROUNDING = 1e-6  # seconds, of a sum of many small ones
_NETWORK_BITS = 64  # of an IPv6 address; a machine has all addresses below


class Rate(Struct, frozen=True):
    """At most `at_once`, and then this many in a second."""

    at_once: float
    each_second: float


REQUESTS = Rate(12_000, 20)
BYTES = Rate(256 * 1024 * 1024, 1024 * 1024)
FAILURES = Rate(60, 1)


def requests_by_minute(number: int) -> Rate:
    """This many requests in a minute, and ten times as many at once."""
    return Rate(number * 10.0, number / 60)


class RateLimit:
    """One rate, for each key of a kind. `clock` is in seconds and never goes back."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._clock = rate, clock
        self._full_at: dict[str, float] = {}  # by key, when its bucket will be full again

    def take(self, key: str, amount: float = 1) -> int:
        """Take this much, and return 0; where there is not enough, take nothing and return the
        seconds until there is.
        """
        if self._rate.at_once <= 0:
            return 0
        now = self._clock()
        full_at = max(self._full_at.get(key, now), now) + amount / self._rate.each_second
        late = full_at - now - self._rate.at_once / self._rate.each_second
        if late > _ROUNDING:
            return max(1, math.ceil(late))
        if key not in self._full_at and len(self._full_at) >= _MOST_KEPT:
            self._forget(now)
        self._full_at[key] = full_at
        return 0

    def wait_of(self, key: str) -> int:
        """The seconds until one can be taken; 0 where it can be now."""
        if self._rate.at_once <= 0:
            return 0
        left = self._full_at.get(key, 0) + (1 - self._rate.at_once) / self._rate.each_second - self._clock()
        return max(0, math.ceil(left - _ROUNDING))

    def _forget(self, now: float) -> None:
        """Keep those that are not full. Where all are, the half that is full soonest goes."""
        self._full_at = {key: value for key, value in self._full_at.items() if value > now}
        if len(self._full_at) >= _MOST_KEPT:
            by_time = sorted(self._full_at.items(), key=lambda each: each[1])
            self._full_at = dict(by_time[len(by_time) // 2 :])


class Rates:
    """The limits of a server. Each process counts for itself."""

    def __init__(self, requests: Rate = REQUESTS, clock: Callable[[], float] = time.monotonic) -> None:
        self.requests = RateLimit(requests, clock)
        self.bytes = RateLimit(BYTES if requests.at_once > 0 else requests, clock)
        self.failures = RateLimit(FAILURES, clock)
        self._good: dict[str, None] = {}

    def remember(self, token_hash: str) -> None:
        """This token is a good one: an address from which others fail stands not in its way."""
        if token_hash not in self._good and len(self._good) >= _MOST_KEPT:
            self._good.clear()
        self._good[token_hash] = None

    def forget(self, token_hash: str) -> None:
        """This token is none any more."""
        self._good.pop(token_hash, None)

    def is_remembered(self, token_hash: str) -> bool:
        """Whether this token was a good one when it came last."""
        return token_hash in self._good


def network_of(address: str) -> str:
    """The address of a client as it is counted: of IPv6 the network alone."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((int(found) >> _NETWORK_BITS << _NETWORK_BITS, _NETWORK_BITS)))
    return str(found)
