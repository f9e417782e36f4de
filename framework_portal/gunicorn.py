"""gunicorn's settings, for `make run` and production alike."""

import os

workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 2
worker_class = "gthread"
preload_app = True
timeout = 30
graceful_timeout = 30
reload = os.environ.get("DEBUG") == "1"
loglevel = "warning"
