"""What the server counts and measures, for Prometheus.

No label has a name, an account, an id or an address: routes are templates, problems and codes are
words of a fixed list.
"""

from collections.abc import Callable
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from session_tui import __version__
from session_tui.server.data_folder import backup_age
from session_tui.server.health import Health
from session_tui.server.log import Answered
from session_tui.server.service import Service

_TEXT = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_CHANGES = (1, 2, 4, 8, 16, 32, 64)


class Metrics:
    """The counters of one process, in a registry of their own."""

    def __init__(self, engine: str) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second sample for each, of no use here
        self.engine = engine
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        self.about = Gauge(
            "session_tui_server_info", "This program, and its engine.", ["version", "engine"], registry=registry
        )
        self._requests = Counter(
            "session_tui_requests", "Requests that were answered.", ["method", "route", "status"], registry=registry
        )
        self._seconds = Histogram(
            "session_tui_request_seconds", "Their time.", ["route"], buckets=_SECONDS, registry=registry
        )
        self._problems = Counter(
            "session_tui_problems",
            "Answers that were not 2xx, by the problem's name; digest-differs is a client of another form.",
            ["problem"],
            registry=registry,
        )
        self._changes = Histogram(
            "session_tui_batch_changes", "Changes in a transaction of the writer.", buckets=_CHANGES, registry=registry
        )
        self._batches = Histogram(
            "session_tui_batch_seconds",
            "Their time, with repetitions.",
            buckets=_SECONDS,
            registry=registry,
        )
        self._retries = Counter(
            "session_tui_database_retries", "Transactions that were run again, by code.", ["code"], registry=registry
        )
        self.queue = Gauge("session_tui_queue_changes", "Changes that wait for a transaction.", registry=registry)
        self.age = Gauge("session_tui_queue_age_seconds", "For how long the oldest of them waits.", registry=registry)
        self.connections = Gauge("session_tui_connections", "Connections of clients.", registry=registry)
        self.sequence = Gauge("session_tui_sequence", "The number of the newest change.", registry=registry)
        self.database = Gauge("session_tui_database_answers", "1 where the database answers.", registry=registry)
        self.backup = Gauge(
            "session_tui_backup_age_seconds", "Age of the newest backup; NaN where none is known.", registry=registry
        )
        self.about.labels(version=__version__, engine=engine).set(1)

    def answered(self, request: Answered) -> None:
        """Count a request. Of a path that is no route, neither path nor method is a label."""
        method = request.method if request.route else ""
        self._requests.labels(method=method, route=request.route, status=str(request.status)).inc()
        self._seconds.labels(route=request.route).observe(request.seconds)
        if request.problem:
            self._problems.labels(problem=request.problem).inc()

    def batch(self, size: int, seconds: float) -> None:
        """Count a transaction of the writer."""
        self._changes.observe(size)
        self._batches.observe(seconds)

    def retried(self, code: str) -> None:
        """Count a transaction that is run again."""
        self._retries.labels(code=code).inc()


def exposition(
    metrics: Metrics, service: Service, health: Health, data: Path, connections: Callable[[], int]
) -> ASGIApp:
    """The application of the port for metrics: `/metrics`, and nothing else. `data` is the data
    folder.
    """

    async def shown(_: Request) -> Response:
        sequence = await health.sequence()
        metrics.database.set(0 if sequence is None else 1)
        if sequence is not None:
            metrics.sequence.set(sequence)
        metrics.queue.set(service.writer.waiting)
        metrics.age.set(service.writer.age)
        metrics.connections.set(connections())
        metrics.backup.set(backup_age(data, service.now()))
        return Response(generate_latest(metrics.registry), media_type=_TEXT)

    return Starlette(routes=[Route("/metrics", shown, methods=["GET"])])
