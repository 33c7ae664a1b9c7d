"""The number of examples of a property: few during work (`dev`), all before a merge (`ci`).

`make test` and what sets CI take `ci`; `pytest` alone and `make check` take `dev`. `pytest
--hypothesis-profile=ci`.
"""

import os
from collections.abc import Iterable
from typing import Any

from hypothesis import HealthCheck, settings

FEW = 25
# How long an example takes says how busy the machine is, and nothing about a promise.
UNTIMED: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("dev", max_examples=FEW, **UNTIMED)
settings.register_profile("ci", **UNTIMED)


def load() -> None:
    """The profile that the environment asks for."""
    settings.load_profile("ci" if os.environ.get("CI") else "dev")


def examples(many: int, *, suppress_health_check: Iterable[HealthCheck] = ()) -> settings:
    """Settings for a property that is tried with so many examples where all are tried."""
    few = settings.get_current_profile_name() == "dev"
    checks = (*UNTIMED["suppress_health_check"], *suppress_health_check)
    return settings(max_examples=min(many, FEW) if few else many, suppress_health_check=checks)
