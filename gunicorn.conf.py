"""gunicorn's settings; they come from ARTIKEL_* variables."""

from gunicorn.arbiter import Arbiter

from service.config import read_settings
from service.observability import logging_config

_settings = read_settings()

bind = _settings.bind
workers = _settings.workers
threads = _settings.threads
worker_class = "gthread"
preload_app = True  # one import for all workers; the engine opens nothing before its first request
timeout = _settings.timeout
graceful_timeout = _settings.graceful_timeout
max_requests = 100_000  # a worker that lives for ever collects what libraries forget to free
max_requests_jitter = 10_000
limit_request_line = 8190  # gunicorn's largest; a `q` of 1,000 German characters fits
limit_request_fields = 64
limit_request_field_size = 8190
worker_tmp_dir = "/dev/shm"  # noqa: S108 - the heartbeat file; on a disk it can stall
control_socket_disable = True
accesslog = None  # the application writes one line a request itself
logconfig_dict = logging_config(_settings.log_level)


def when_ready(_server: Arbiter) -> None:
    """Tell a person at a terminal where to go."""
    address = f"http://{bind}"
    print(  # noqa: T201 - this line is for people, the log is for machines
        f"Serving on {address} - try:\n"
        f"  curl '{address}/v1/search?q=Sicherheitsrat'\n"
        f"  curl '{address}/v1/articles?page_size=3'\n"
        f"  curl '{address}/v1/tags'",
        flush=True,
    )
